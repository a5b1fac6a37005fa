"""What a person should know before a session is opened or planned, and has to confirm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.classes.days_off import SchoolCalendar
from attendance.errors import AttendanceError
from attendance.values import Course, DayOff, Session


class DoubtKind(StrEnum):
    """Why a session may be a mistake."""

    OVER = "over"  # its time is over already: it can only be marked by hand
    BEGUN = "begun"  # it would have begun already
    DAY_OFF = "day_off"
    OUTSIDE_COURSE = "outside_course"  # before the course's first day, or after its last
    OVERLAP = "overlap"  # with another session of the course


@dataclass(frozen=True)
class SessionDoubt:
    """One thing to confirm.

    Attributes:
        kind: what it is.
        day: the local day of the session, ``YYYY-MM-DD``.
        day_off: which one, where the kind is that.
        other: when the other session opens, where the two overlap; aware UTC.
    """

    kind: DoubtKind
    day: str
    day_off: DayOff | None = None
    other: datetime | None = None

    def __str__(self) -> str:
        """A sentence for other software and the command line."""
        if self.kind is DoubtKind.OVER:
            return "The time of this session is over. It could only be marked by hand."
        if self.kind is DoubtKind.BEGUN:
            return "This session would have begun already, and would open at once."
        if self.kind is DoubtKind.OUTSIDE_COURSE:
            return f"The course does not meet on {self.day}: it is before its first day or after its last."
        if self.kind is DoubtKind.DAY_OFF and self.day_off:
            return f"{self.day} is a day off: {self.day_off.name}."
        opens = self.other.isoformat() if self.other else ""
        return f"The course has another session at this time, which opens at {opens}."


class SessionDoubtError(AttendanceError):
    """The session may be a mistake; nothing was created until each doubt is confirmed.

    Args:
        message: a sentence for each doubt.
        doubts: what has to be confirmed.
    """

    def __init__(self, message: str, doubts: tuple[SessionDoubt, ...] = ()) -> None:
        super().__init__(message)
        self.doubts = doubts


def settle_doubts(doubts: Iterable[SessionDoubt], confirmed: Collection[DoubtKind]) -> None:
    """Refuse a session with doubts that nobody has confirmed.

    Raises:
        SessionDoubtError: with those doubts.
    """
    left = tuple(doubt for doubt in doubts if doubt.kind not in confirmed)
    if left:
        codes = ", ".join(doubt.kind for doubt in left)
        raise SessionDoubtError(
            f"{' '.join(map(str, left))} To create it all the same, confirm: {codes}.", left
        )


def doubts_about_day(course: Course, day: str, calendar: SchoolCalendar) -> Iterator[SessionDoubt]:
    """Whether the course has classes on a local day."""
    if not course.runs_on(day):
        yield SessionDoubt(DoubtKind.OUTSIDE_COURSE, day)
    if (day_off := calendar.day_off(day)) is not None:
        yield SessionDoubt(DoubtKind.DAY_OFF, day, day_off=day_off)


def doubts_about_time(
    day: str, opens_at: datetime, closes_at: datetime, now: datetime
) -> Iterator[SessionDoubt]:
    """Whether the time of a planned session is over, or has begun."""
    if closes_at <= now:
        yield SessionDoubt(DoubtKind.OVER, day)
    elif opens_at < now:
        yield SessionDoubt(DoubtKind.BEGUN, day)


def doubts_about_others(
    day: str, opens_at: datetime, closes_at: datetime, others: Iterable[tuple[datetime, datetime]]
) -> Iterator[SessionDoubt]:
    """Whether others of the course, given by their beginnings and ends, lie in the same time."""
    for begins, ends in sorted(others):
        if begins < closes_at and opens_at < ends:
            yield SessionDoubt(DoubtKind.OVERLAP, day, other=begins)
            return


def time_of(session: Session) -> tuple[datetime, datetime]:
    """From when until when a session is, or was, open."""
    ends = session.closed_at or session.closes_at
    return session.opens_at, max(ends, session.opens_at)
