"""Sessions of courses: opened by hand, planned ahead, or opened automatically by the schedule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.closing import Closing
from attendance.classes.course_rules import check_minutes
from attendance.classes.courses import Courses
from attendance.classes.days_off import SchoolCalendar
from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.new_session import new_session
from attendance.classes.schedule import ONE_DAY, ScheduledMeeting
from attendance.classes.session_doubts import DoubtKind, settle_doubts
from attendance.classes.session_planning import SessionPlanner
from attendance.classes.sessions import Sessions, day_of
from attendance.clock import Clock, local_day
from attendance.errors import CourseError, SessionClosedError
from attendance.store.protocol import Store
from attendance.values import Course, Session, SessionPhase

EARLY = timedelta(minutes=30)  # opening a course this long before a planned meeting opens that meeting


class ClassSessions:
    """Opens, plans and finds sessions; every use settles what is due, so that no timer is needed.

    Args:
        store: the register's database.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
        sessions: knows General's.
        courses: knows rosters and schedules.
        closing: closes what is over.

    Attributes:
        plan: plans a session; see ``SessionPlanner``.
        meetings: the scheduled meetings of a range of days; see ``SessionPlanner``.
        days_off: the site's days without classes.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        zone: tzinfo | None,
        sessions: Sessions,
        courses: Courses,
        closing: Closing,
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._sessions = sessions
        self._courses = courses
        self._closing = closing
        self._planner = SessionPlanner(store, clock, zone=zone, courses=courses)
        self.plan = self._planner.plan
        self.meetings = self._planner.meetings
        self.days_off = self._planner.days_off

    def get(self, session_id: str) -> Session:
        """The session with this id, closed if its time is over.

        Raises:
            SessionNotFoundError: there is none.
        """
        return self._closing.settle(self._sessions.get(session_id))

    def settle_due(self) -> None:
        """Open sessions that the schedule has due, and close those that are over; cheap, for a timer.

        Without a timer the next use does the same. A meeting during which nobody used a process of the
        register has no session, and nobody is absent from it.
        """
        calendar = self.days_off.calendar()
        for course in self._store.courses():
            if course.active and course.schedule:
                self._open_scheduled(course, calendar)
        self._closing.settle_due()

    def on_day(self, day: str | None = None) -> list[Session]:
        """The sessions of a local day by opening time, those that are planned and have a session included.

        Args:
            day: ``YYYY-MM-DD``; None means today.

        Raises:
            SessionNotFoundError: ``day`` is not a valid date.
        """
        wanted = self._today() if day is None else day_of(day)
        self.settle_due()
        return self._store.sessions(wanted.isoformat())

    def open_ones(self) -> list[Session]:
        """The sessions that one can check in to now, by opening time."""
        self.settle_due()
        now = self._clock.now()
        return [session for session in self._store.unclosed_sessions(now) if session.is_open(now)]

    def cancelled_now(self, course_id: str | None = None) -> list[Session]:
        """The sessions that are cancelled and would be open now, of one course or of all."""
        now, today = self._clock.now(), self._today()
        around = self._store.sessions_between((today - ONE_DAY).isoformat(), today.isoformat())
        return [
            session
            for session in around
            if session.is_cancelled
            and session.opens_at <= now < session.closes_at
            and course_id in (None, session.course_id)
        ]

    def open_of(self, course_id: str) -> Session | None:
        """The open session of a course; if there are several, the one that opened last."""
        found = [session for session in self.open_ones() if session.course_id == course_id]
        return found[-1] if found else None

    def open_now(
        self, course_id: str, *, by: str, minutes: int | None = None, confirmed: Collection[DoubtKind] = ()
    ) -> Session:
        """Open a session of a course, or return the open one; see ``find_or_open``."""
        return self.find_or_open(course_id, by=by, minutes=minutes, confirmed=confirmed)[0]

    def find_or_open(
        self, course_id: str, *, by: str, minutes: int | None = None, confirmed: Collection[DoubtKind] = ()
    ) -> tuple[Session, bool]:
        """Open a session of a course, or find the open one.

        A meeting that is planned within the next half hour opens early. Concurrent callers,
        in any process, get the same session, which one of them has opened.

        Args:
            course_id: which course.
            by: who opens it.
            minutes: how long it is open; None means the length set by the meeting or the course.
            confirmed: what the person knows and wants all the same.

        Returns:
            The session, and whether this call opened it. Nobody opens General's session of the day.

        Raises:
            CourseNotFoundError: there is no such course.
            CourseError: the course is inactive, or ``minutes`` is out of range.
            SessionNotFoundError: it is General, which does not run.
            SessionDoubtError: it may be a mistake, for reasons that are not confirmed.
        """
        if course_id == GENERAL_COURSE.id:
            return self._sessions.today(), False
        course = self._courses.get(course_id)
        if not course.active:
            raise CourseError(f"{course.name} is inactive. Make it active to open a session.")
        check_minutes(course.closes_after_minutes if minutes is None else minutes)
        while True:
            if (session := self.open_of(course_id)) is not None:
                return session, False
            if (opened := self._opened(course, by, minutes, confirmed)) is not None:
                return opened

    def extend(self, session_id: str, *, minutes: int) -> Session:
        """Extend a session.

        Raises:
            SessionNotFoundError: there is none.
            SessionClosedError: it is closed or cancelled, or its time was over when it was planned.
            CourseError: ``minutes`` is out of range.
        """
        check_minutes(minutes)
        while True:
            session = need_uncancelled(self.get(session_id))
            if session.closed_at is not None:
                raise SessionClosedError(f"{session_id!r} is closed. Reopen it first.")
            if session.by_hand:
                raise SessionClosedError("The time of this session is over. Mark its students by hand.")
            longer = session.closes_at + timedelta(minutes=minutes)
            extended = replace(session, closes_at=longer, version=session.version + 1)
            if self._store.replace_session(extended):
                return extended

    def session_of(self, meeting: ScheduledMeeting) -> Session:
        """The session of a meeting, created ahead of time if needed, for example to excuse a student.

        Raises:
            CourseNotFoundError: the course no longer exists.
        """
        return self._planner.ensure(
            self._courses.get(meeting.course_id), meeting, opened_by=None, planned=True
        )

    def _open_scheduled(self, course: Course, calendar: SchoolCalendar) -> None:
        now, today = self._clock.now(), self._today()
        meetings = self.meetings(course, today - ONE_DAY, today, calendar=calendar)
        foreseen = {meeting.session_id for meeting in meetings}
        for meeting in meetings:
            if meeting.is_on(now) and self._store.session(meeting.session_id) is None:
                others = (session for session in self._near(course) if session.id not in foreseen)
                if any(_was_running(session, meeting.opens_at) for session in others):
                    continue
                self._planner.ensure(course, meeting, opened_by=None, planned=True)

    def _opened(
        self, course: Course, by: str, minutes: int | None, confirmed: Collection[DoubtKind]
    ) -> tuple[Session, bool] | None:
        """The planned session that begins soon, or one with the next number of the day, opened now.

        Or the one that somebody else has opened meanwhile, and False; None after another concurrent
        change. Everything is decided from one read: a caller that takes another number than the first
        one has seen the first one's session, and that it is not open.
        """
        now, today = self._clock.now(), self._today()
        for meeting in self.meetings(course, today, today + ONE_DAY):
            if now < meeting.opens_at <= now + EARLY:
                self._planner.ensure(course, meeting, opened_by=None, planned=True)
        seen = self._near(course)
        for session in seen:
            if session.is_open(now):
                return session, False
            if session.phase(now) is SessionPhase.PLANNED and session.opens_at <= now + EARLY:
                closes_at = session.closes_at if minutes is None else now + timedelta(minutes=minutes)
                version = session.version + 1
                early = replace(session, opens_at=now, closes_at=closes_at, opened_by=by, version=version)
                return (early, True) if self._store.replace_session(early) else None
        length = timedelta(minutes=course.closes_after_minutes if minutes is None else minutes)
        day = today.isoformat()
        settle_doubts(self._planner.doubts_about_opening(course, day, now + length, seen), confirmed)
        number = 1 + sum(s.id.rpartition("|")[2].isdigit() for s in seen if s.day == day)
        session = new_session(course, f"{course.id}|{day}|{number}", day, now, now + length, opened_by=by)
        return (session, True) if self._store.add_session(session) else None

    def _near(self, course: Course) -> list[Session]:
        """The course's sessions of yesterday, today and tomorrow, by opening time."""
        today = self._today()
        around = self._store.sessions_between((today - ONE_DAY).isoformat(), (today + ONE_DAY).isoformat())
        return [session for session in around if session.course_id == course.id]

    def _today(self) -> date:
        return local_day(self._clock.now(), self._zone)


def _was_running(session: Session, moment: datetime) -> bool:
    """Whether a check-in at that moment counted, regardless of later changes of its end."""
    return not session.is_cancelled and session.opens_at <= moment < (session.closed_at or session.closes_at)
