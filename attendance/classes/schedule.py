"""When a course meets by its schedule: local times of the week, as moments that are right on every day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from attendance.clock import local_instant
from attendance.values import Course

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScheduledMeeting:
    """One meeting that the schedule foresees, whether it has a session yet or not.

    Attributes:
        day: the local day on which it begins, ``YYYY-MM-DD``.
        start: ``HH:MM`` on the site's clock.
        opens_at: aware UTC.
        closes_at: aware UTC; later by the minutes of the rule, even if the site's clock changes to or from
            summer time.
        session_id: the natural key ``course|day|start``, the same for every process that creates its session.
    """

    course_id: str
    day: str
    start: str
    opens_at: datetime
    closes_at: datetime
    session_id: str

    def is_on(self, now: datetime) -> bool:
        """Whether its time has come, and is not over."""
        return self.opens_at <= now < self.closes_at


def meeting_at(course_id: str, day: date, start: str, minutes: int, zone: tzinfo | None) -> ScheduledMeeting:
    """The meeting of a course that begins at a local time.

    Args:
        course_id: which course.
        day: the local day.
        start: ``HH:MM``; where the clock is put forward over it, the meeting begins as much later.
        minutes: how long it is open.
        zone: the site's time zone; None means the computer's own.
    """
    opens_at = local_instant(day, time.fromisoformat(start), zone)
    return ScheduledMeeting(
        course_id=course_id,
        day=day.isoformat(),
        start=start,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(minutes=minutes),
        session_id=f"{course_id}|{day.isoformat()}|{start}",
    )


def meetings_of(course: Course, first: date, last: date, zone: tzinfo | None) -> list[ScheduledMeeting]:
    """What the schedule foresees that begins on these days, in order.

    Args:
        course: whose schedule.
        first: local day.
        last: local day, inclusive.
        zone: the site's time zone; None means the computer's own.
    """
    found = []
    for offset in range((last - first).days + 1):
        day = first + offset * ONE_DAY
        found += [
            meeting_at(course.id, day, rule.start, rule.minutes, zone)
            for rule in course.schedule
            if rule.weekday == day.weekday()
        ]
    return sorted(found, key=lambda meeting: meeting.opens_at)
