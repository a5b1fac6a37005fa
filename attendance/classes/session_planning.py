"""Plans sessions ahead of time, or for a time that is over, after a question where it may be a mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, tzinfo

from attendance.classes.cancelling import Cancelling
from attendance.classes.course_rules import check_minutes, check_start
from attendance.classes.courses import Courses
from attendance.classes.days_off import DaysOff, SchoolCalendar
from attendance.classes.new_session import new_session
from attendance.classes.schedule import ONE_DAY, ScheduledMeeting, meeting_at, meetings_of
from attendance.classes.session_doubts import (
    DoubtKind,
    SessionDoubt,
    doubts_about_day,
    doubts_about_others,
    doubts_about_time,
    settle_doubts,
    time_of,
)
from attendance.classes.sessions import day_of
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import Course, Session


class SessionPlanner:
    """Plans sessions, and creates those of scheduled meetings.

    Args:
        store: the register's database.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
        courses: knows schedules.
    """

    def __init__(self, store: Store, clock: Clock, *, zone: tzinfo | None, courses: Courses) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._courses = courses
        self._cancelling = Cancelling(store, clock)
        self.days_off = DaysOff(store, clock)

    def plan(
        self,
        course_id: str,
        *,
        day: str,
        start: str,
        minutes: int,
        by: str,
        confirmed: Collection[DoubtKind] = (),
    ) -> Session:
        """Plan a session; one of this time stays as it is, and a cancelled one is restored.

        One whose time is over is marked by hand until someone closes it.

        Args:
            course_id: which course.
            day: the local day, ``YYYY-MM-DD``.
            start: ``HH:MM`` on the site's clock.
            minutes: how long it is open.
            by: who plans it.
            confirmed: what the person knows and wants all the same.

        Raises:
            CourseNotFoundError: there is no such course.
            CourseError: ``start`` or ``minutes`` is not valid.
            SessionNotFoundError: ``day`` is not a valid date.
            SessionDoubtError: it may be a mistake, for reasons that are not confirmed.
        """
        check_start(start)
        check_minutes(minutes)
        course = self._courses.get(course_id)
        meeting = meeting_at(course_id, day_of(day), start, minutes, self._zone)
        existing = self._store.session(meeting.session_id)
        if existing is None or existing.is_cancelled:
            settle_doubts(self._doubts(course, meeting), confirmed)
        session = self.ensure(course, meeting, opened_by=by, planned=False)
        while session.is_cancelled:
            restored = self._restored(session, meeting, by)
            if self._store.replace_session(restored):
                return restored
            session = self._store.session(session.id) or session
        return session

    def meetings(
        self, course: Course, first: date, last: date, *, calendar: SchoolCalendar | None = None
    ) -> list[ScheduledMeeting]:
        """The scheduled meetings of these local days, both inclusive, in order; none on days off.

        Args:
            course: whose schedule.
            first: local day.
            last: local day, inclusive.
            calendar: the days off, for callers that ask about many courses; None reads them.
        """
        found = meetings_of(course, first, last, self._zone)
        if not found:
            return []
        known = calendar or self.days_off.calendar()
        return [meeting for meeting in found if known.has_classes(course, meeting.day)]

    def ensure(
        self, course: Course, meeting: ScheduledMeeting, *, opened_by: str | None, planned: bool
    ) -> Session:
        """The session of a meeting, created if there is none yet; the first caller decides its times."""
        existing = self._store.session(meeting.session_id)
        if existing is not None:
            return existing
        fresh = new_session(
            course,
            meeting.session_id,
            meeting.day,
            meeting.opens_at,
            meeting.closes_at,
            opened_by=opened_by,
            planned=planned,
        )
        session = replace(fresh, by_hand=not planned and meeting.closes_at <= self._clock.now())
        if self._store.add_session(session):
            return session
        return self._store.session(session.id) or session

    def doubts_about_opening(
        self, course: Course, day: str, closes_at: datetime, near: Collection[Session]
    ) -> Iterator[SessionDoubt]:
        """What to confirm before a session is opened now.

        Args:
            course: whose session.
            day: the local day, ``YYYY-MM-DD``.
            closes_at: until when it would be open.
            near: the course's other sessions of these days.
        """
        now = self._clock.now()
        yield from doubts_about_day(course, day, self.days_off.calendar())
        coming = [time_of(each) for each in near if not each.is_cancelled and each.opens_at > now]
        yield from doubts_about_others(day, now, closes_at, coming)

    def _doubts(self, course: Course, meeting: ScheduledMeeting) -> Iterator[SessionDoubt]:
        now, span = self._clock.now(), (meeting.opens_at, meeting.closes_at)
        yield from doubts_about_time(meeting.day, *span, now)
        yield from doubts_about_day(course, meeting.day, self.days_off.calendar())
        yield from doubts_about_others(meeting.day, *span, self._others(course, meeting, now))

    def _others(
        self, course: Course, meeting: ScheduledMeeting, now: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """When the course's other sessions and coming meetings are, on this day and those beside it."""
        day = date.fromisoformat(meeting.day)
        first, last = day - min(ONE_DAY, day - date.min), day + min(ONE_DAY, date.max - day)
        around = self._store.sessions_between(first.isoformat(), last.isoformat())
        near = [each for each in around if each.course_id == course.id and each.id != meeting.session_id]
        yield from (time_of(each) for each in near if not each.is_cancelled)
        known = {meeting.session_id, *(each.id for each in near)}
        for coming in self.meetings(course, first, last):
            if coming.session_id not in known and coming.closes_at > now:
                yield coming.opens_at, coming.closes_at

    def _restored(self, session: Session, meeting: ScheduledMeeting, by: str) -> Session:
        """A cancelled session that is planned again, with the new length if it has not begun."""
        restored = self._cancelling.restored(session, by=by)
        is_ahead = session.closed_at is None and session.opens_at > self._clock.now()
        return replace(restored, closes_at=meeting.closes_at) if is_ahead else restored
