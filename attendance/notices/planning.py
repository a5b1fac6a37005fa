"""Plans notices: absences of closed sessions, and students who have fallen below the limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from attendance.classes.days_off import DaysOff
from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.schedule import meetings_of
from attendance.clock import Clock, local_day
from attendance.notices.falls import CourseHistory, ripe_sessions
from attendance.notices.problems import next_try
from attendance.notices.topics import Topic
from attendance.notices.values import Attendance, Planned, Step
from attendance.reports.content.report_builder import Reports
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Course, Mark, MarkStatus, Notice, NoticeKind, NoticeState, Session

WRITTEN_ABOUT = timedelta(days=4)  # how long ago a session may have begun: a long weekend


class Planner:
    """Finds the notices that are due, that wait, and that can't be sent; writes nothing.

    Args:
        store: the register's database.
        clock: the source of the time.
        reports: counts.
        settings: whom to write to, and how long to wait.
    """

    def __init__(self, store: Store, clock: Clock, *, reports: Reports, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._reports = reports
        self._settings = settings
        self._days_off = DaysOff(store, clock)

    def plan(self, kinds: Collection[NoticeKind], *, at_once: bool = False) -> list[Planned]:
        """The notices of the last days by course and student, the absences first.

        Args:
            kinds: what to write about.
            at_once: as if the time for corrections were over.
        """
        now = self._clock.now()
        courses = {course.id: course for course in self._store.courses()}
        closed = [s for s in self._recent_sessions(now) if s.course_id in courses]
        found: list[Planned] = []
        if NoticeKind.ABSENT in kinds:
            found += self._absences(closed, courses)
        if NoticeKind.BELOW_LIMIT in kinds:
            ids = dict.fromkeys(session.course_id for session in closed)
            for course_id in ids:
                found += self._falls(courses[course_id], now, at_once=at_once)
        known = self._known_since(now)
        found = [
            self._advanced(replace(one, known=known.get(one.key)), now, at_once=at_once) for one in found
        ]
        if not at_once:
            found = self._once_a_day(found, now)
        order = list(NoticeKind)
        return sorted(
            found,
            key=lambda one: (order.index(one.kind), one.session.opens_at, one.course.name, one.student.name),
        )

    def still_holds(self, planned: Planned) -> bool:
        """Whether a notice is still true; checked right before it is sent."""
        session = self._store.session(planned.session.id)
        if session is None or session.closed_at is None or session.is_cancelled:
            return False
        if planned.kind is not NoticeKind.ABSENT:
            return True
        mark = self._store.mark(session.id, planned.student.id)
        return mark is not None and _is_absence(mark)

    def _recent_sessions(self, now: datetime) -> list[Session]:
        """The sessions that began within the last days, were held, and are closed."""
        day = local_day(now, self._settings.time_zone)
        first = (day - WRITTEN_ABOUT - timedelta(days=1)).isoformat()
        return [
            session
            for session in self._store.sessions_between(first, day.isoformat())
            if session.closed_at is not None
            and not session.is_cancelled
            and session.opens_at >= now - WRITTEN_ABOUT
        ]

    def _absences(self, sessions: Sequence[Session], courses: dict[str, Course]) -> Iterator[Planned]:
        by_id = {session.id: session for session in sessions}
        marks = [mark for mark in self._store.marks_of_sessions(list(by_id)) if _is_absence(mark)]
        students = {student.id: student for student in self._store.students()} if marks else {}
        for mark in marks:
            session, student = by_id[mark.session_id], students.get(mark.student_id)
            if student is not None and student.active:
                assert session.closed_at is not None
                changed = mark.history[-1].at if mark.history else mark.at
                restored = session.restored_at or session.closed_at
                ready_at = max(session.closed_at, changed, restored) + self._settings.notices_after
                topic = Topic(NoticeKind.ABSENT, student, courses[session.course_id], session)
                yield topic.planned(ready_at, self._settings.notices_to)

    def _falls(self, course: Course, now: datetime, *, at_once: bool) -> Iterator[Planned]:
        """The students of a course who fell below the limit within the last days without a notice."""
        if not course.active:
            return
        report = self._reports.of_course(course.id)
        wait = self._settings.notices_after
        ripe = ripe_sessions(report.sessions, now if at_once else now - wait)
        for row in report.rows:
            if not CourseHistory.ends_below(row, report, ripe):
                continue
            history = CourseHistory.of(row, report, ripe)
            fall = history.last_fall()
            if fall is None or not row.student.active or fall.session.opens_at < now - WRITTEN_ABOUT:
                continue
            topic = Topic(NoticeKind.BELOW_LIMIT, row.student, course, fall.session)
            if self._was_notified(topic, history):
                continue
            assert fall.session.closed_at is not None
            planned = topic.planned(fall.session.closed_at + wait, self._settings.notices_to)
            counts = history.steps[-1].counts
            yield replace(planned, attendance=Attendance(counts.there, counts.counted, row.limit))

    def _was_notified(self, topic: Topic, history: CourseHistory) -> bool:
        """Whether the student was notified before, and was never above the limit again since."""
        told = [
            notice.day
            for notice in self._store.notices_of(topic.student.id)
            if (notice.kind, notice.course_id) == (topic.kind, topic.course.id) and notice.key != topic.key
        ]
        return bool(told) and not history.was_above_since(max(told))

    def _known_since(self, now: datetime) -> dict[str, Notice]:
        """The entries of notices that can still be planned, by their keys, read at once.

        None is older than the day of its session.
        """
        since = now - WRITTEN_ABOUT - timedelta(days=1)
        return {notice.key: notice for notice in self._store.notices(since)}

    def _once_a_day(self, found: Sequence[Planned], now: datetime) -> list[Planned]:
        """Those about a student's day wait for each other, and for the sessions that are still to close."""
        fresh = [one for one in found if one.known is None and one.obstacle is None]
        days = {day: self._open_of_day(day) for day in {one.session.day for one in fresh}}
        ready: dict[tuple[str, str], datetime] = {}
        for one in fresh:
            key = one.student.id, one.session.day
            ends = (
                end + self._settings.notices_after
                for course, end in days[one.session.day]
                if course.includes(one.student.id)
            )
            ready[key] = max(ready.get(key, one.ready_at), one.ready_at, *ends)
        moved = []
        for one in found:
            at = ready.get((one.student.id, one.session.day))
            if at is not None and one.known is None and one.obstacle is None:
                moved.append(replace(one, ready_at=at, step=Step.WAITING if at > now else Step.DUE))
            else:
                moved.append(one)
        return moved

    def _open_of_day(self, day: str) -> list[tuple[Course, datetime]]:
        """The courses that are still to close a session of this day, each with when; without General's.

        Cancelled sessions and the schedules of days off keep nothing waiting.
        """
        courses = {course.id: course for course in self._store.courses() if course.id != GENERAL_COURSE.id}
        sessions = self._store.sessions_between(day, day)
        found = [
            (courses[session.course_id], session.closes_at)
            for session in sessions
            if session.closed_at is None and not session.is_cancelled and session.course_id in courses
        ]
        known, now, local = {session.id for session in sessions}, self._clock.now(), date.fromisoformat(day)
        if local != local_day(now, self._settings.time_zone):
            return found
        calendar = self._days_off.calendar()
        for course in courses.values():
            takes_place = course.active and calendar.has_classes(course, day)
            meetings = meetings_of(course, local, local, self._settings.time_zone) if takes_place else ()
            found += [
                (course, meeting.closes_at)
                for meeting in meetings
                if meeting.session_id not in known and meeting.closes_at > now
            ]
        return found

    def _advanced(self, one: Planned, now: datetime, *, at_once: bool) -> Planned:
        """The notice with what happens to it next."""
        if one.known is None:
            waits = one.step is Step.DUE and one.ready_at > now and not at_once
            return replace(one, step=Step.WAITING) if waits else one
        if one.known.state is NoticeState.HELD:
            return replace(one, step=Step.HELD)
        again = next_try(one.known)
        if again is None:
            return replace(one, step=Step.DONE)
        if one.step is Step.STUCK or again <= now or at_once:
            return one
        return replace(one, step=Step.RETRY, ready_at=again)


def _is_absence(mark: Mark) -> bool:
    return mark.status is MarkStatus.ABSENT and not mark.under_review
