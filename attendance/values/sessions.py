"""Courses, their schedules and their sessions."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from attendance.values.liveness import LivenessMode

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
        first_day: the local day from which it meets, ``YYYY-MM-DD``; None: from the beginning.
        last_day: the local day until which it meets; None: without an end.
        version: 1 at first, one more at each change.
        liveness: what it makes of the movement that phones ask for.
        movements: how many they ask for, 1 or 2.
        spot_check: whether its boards remind of a spot check.
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
    first_day: str | None = None
    last_day: str | None = None
    version: int = 1
    liveness: LivenessMode = LivenessMode.REQUIRED
    movements: int = 1
    spot_check: bool = False

    def runs_on(self, day: str) -> bool:
        """Whether a local day, ``YYYY-MM-DD``, lies between its first and its last."""
        return (self.first_day or day) <= day <= (self.last_day or day)

    def includes(self, student_id: str) -> bool:
        """Whether a student is on the roster, which may be one for everybody."""
        return self.roster is None or student_id in self.roster


class SessionPhase(StrEnum):
    """Whether students can check in: not yet, now, or no longer."""

    PLANNED = "planned"
    OPEN = "open"
    BY_HAND = "by_hand"  # its time is over, and it is marked by hand until someone closes it
    CLOSED = "closed"
    CANCELLED = "cancelled"  # it did not, or will not, take place: its marks count for nothing


class SessionAct(StrEnum):
    """What was done to a session."""

    CANCELLED = "cancelled"
    RESTORED = "restored"


@dataclass(frozen=True)
class SessionEvent:
    """One entry in the history of a session, oldest first.

    Attributes:
        by: id of the user who did it, or ``api:`` and a token's name; empty: it was not recorded.
        why: the reason, where one was given.
    """

    at: datetime
    act: SessionAct
    by: str
    why: str = ""


@dataclass(frozen=True)
class RoomPicture:
    """What a photo or video of the room showed.

    Attributes:
        at: when it was taken.
        by: id of the user who took it.
        seen: ids of the students in it.
    """

    at: datetime
    by: str
    seen: tuple[str, ...]


@dataclass(frozen=True)
class SpotCheck:
    """Names that were given to be called out.

    Attributes:
        by: id of the user who asked for them.
        student_ids: whose they are.
    """

    at: datetime
    by: str
    student_ids: tuple[str, ...]


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
        by_hand: whether only a person closes it, because its time was over when it was planned or restored.
        cancelled_at: since when it is cancelled; its marks are kept, and count for nothing. None: it counts.
        history: when it was cancelled and restored.
        version: 1 at first, one more at each change.
        room_pictures: whom photos of the room showed, oldest first.
        spot_checks: whose names were called out, oldest first.
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
    by_hand: bool = False
    cancelled_at: datetime | None = None
    history: tuple[SessionEvent, ...] = ()
    version: int = 1
    room_pictures: tuple[RoomPicture, ...] = ()
    spot_checks: tuple[SpotCheck, ...] = ()

    def phase(self, now: datetime) -> SessionPhase:
        """The phase at ``now``; closed from ``closes_at`` on, even while ``closed_at`` is unset."""
        if self.is_cancelled:
            return SessionPhase.CANCELLED
        if self.closed_at is not None:
            return SessionPhase.CLOSED
        if now >= self.closes_at:
            return SessionPhase.BY_HAND if self.by_hand else SessionPhase.CLOSED
        return SessionPhase.OPEN if now >= self.opens_at else SessionPhase.PLANNED

    def is_open(self, now: datetime) -> bool:
        """Whether a check-in at ``now`` counts."""
        return self.phase(now) is SessionPhase.OPEN

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place, or did not."""
        return self.cancelled_at is not None

    @property
    def cancellation(self) -> SessionEvent | None:
        """Who cancelled it, when and why; None if it is not cancelled, or nobody recorded it."""
        last = self.history[-1] if self.history else None
        return last if self.is_cancelled and last and last.act is SessionAct.CANCELLED else None

    @property
    def restored_at(self) -> datetime | None:
        """When it was last restored; None if it never was, or is cancelled."""
        last = self.history[-1] if self.history else None
        return last.at if last and last.act is SessionAct.RESTORED else None

    @property
    def named(self) -> frozenset[str]:
        """The ids of students whom its room pictures and spot checks name."""
        seen = (each for picture in self.room_pictures for each in picture.seen)
        called = (each for check in self.spot_checks for each in check.student_ids)
        return frozenset((*seen, *called))

    def without(self, student_ids: Collection[str]) -> Session:
        """The session with these students in none of its room pictures and spot checks."""
        if self.named.isdisjoint(student_ids):
            return self

        def left(ids: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(each for each in ids if each not in student_ids)

        pictures = (replace(picture, seen=left(picture.seen)) for picture in self.room_pictures)
        checks = (replace(check, student_ids=left(check.student_ids)) for check in self.spot_checks)
        return replace(self, room_pictures=tuple(pictures), spot_checks=tuple(checks))
