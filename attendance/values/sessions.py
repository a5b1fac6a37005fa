"""Courses, their schedules and their sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SECRET_BYTES = 32  # as many as the SHA-256 that the codes are made with
CODE_INTERVAL = 15  # seconds; long enough to aim a phone at the QR code, short to pass a photo on
CLOSES_AFTER = 90  # minutes; a lecture


def new_session_secret() -> str:
    """An unguessable secret, in hex digits."""
    return secrets.token_hex(SECRET_BYTES)


@dataclass(frozen=True)
class ScheduleRule:
    """A time of the week at which a course meets.

    Attributes:
        weekday: 0 is Monday.
        start: ``HH:MM`` on the site's clock.
        minutes: how long a session is open.
    """

    weekday: int
    start: str
    minutes: int


@dataclass(frozen=True)
class Course:
    """A course.

    Attributes:
        roster: ids of the students; None means every active student.
        teachers: ids of the users who run it.
        late_after_minutes: from how long after the opening a check-in is ``late``; None: never.
        closes_after_minutes: how long a session is open that is opened by hand.
        code_interval: seconds that one rotating code is shown.
        static_code: whether a code that does not rotate is accepted too (a poster, a kiosk).
        active: whether sessions may be opened; an inactive course is kept for its marks.
        schedule: when sessions open automatically.
        version: 1 at first, one more at each change.
    """

    id: str
    name: str
    roster: tuple[str, ...] | None = None
    teachers: tuple[str, ...] = ()
    late_after_minutes: int | None = None
    closes_after_minutes: int = CLOSES_AFTER
    code_interval: int = CODE_INTERVAL
    static_code: bool = False
    active: bool = True
    schedule: tuple[ScheduleRule, ...] = ()
    version: int = 1


class SessionPhase(StrEnum):
    """Whether students can check in: not yet, now, or no longer."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Session:
    """One meeting of a course.

    Attributes:
        id: the natural key ``course|day`` or ``course|day|start`` for sessions that open automatically.
        token: what the QR code carries; unguessable.
        day: the local day in the site's time zone, ``YYYY-MM-DD``.
        late_at: from here on a check-in is ``late``; None: never.
        closes_at: from here on nobody can check in.
        secret: what its rotating codes are made from, in hex digits; never leaves the server.
        opened_by: id of the user who opened it; None if it opened automatically.
        closed_at: when it was closed, by hand or because its time was over; None until then, and after
            it was reopened.
        planned: whether it comes from the course's schedule.
        version: 1 at first, one more at each change.
    """

    id: str
    course_id: str
    token: str
    day: str
    opens_at: datetime
    closes_at: datetime
    late_at: datetime | None = None
    secret: str = field(default_factory=new_session_secret, repr=False)
    opened_by: str | None = None
    closed_at: datetime | None = None
    planned: bool = False
    version: int = 1

    def phase(self, now: datetime) -> SessionPhase:
        """The phase at ``now``; closed from ``closes_at`` on, even while ``closed_at`` is unset."""
        if self.closed_at is not None or now >= self.closes_at:
            return SessionPhase.CLOSED
        return SessionPhase.OPEN if now >= self.opens_at else SessionPhase.PLANNED

    def is_open(self, now: datetime) -> bool:
        """Whether a check-in at ``now`` counts."""
        return self.phase(now) is SessionPhase.OPEN

    @property
    def was_cancelled(self) -> bool:
        """Whether the session was closed before it opened."""
        return self.closed_at is not None and self.closed_at < self.opens_at
