"""Makes reports from what the register says at this moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from fractions import Fraction

from attendance.clock import Clock
from attendance.errors import (
    CourseNotFoundError,
    ReportError,
    SessionNotFoundError,
    StudentNotFoundError,
)
from attendance.general import GENERAL_COURSE
from attendance.reports.shares import STANDING_OF, THERE, AbsenceRuns, Counts, Standing
from attendance.reports.values import (
    NO_ENTRY,
    CourseReport,
    CourseRow,
    Entry,
    ReportFrame,
    SessionReport,
    SessionRow,
    SessionState,
    StudentCourse,
    StudentReport,
)
from attendance.roll_numbers import order_of
from attendance.session_phases import SessionPhase, phase, was_called_off
from attendance.store.protocol import Store
from attendance.values import Course, Mark, MarkStatus, Session, Student

FIRST_DAY, LAST_DAY = "0000-00-00", "9999-99-99"  # around every day as text


class Reports:
    """Makes reports; each is a value of its own that nothing changes afterwards.

    Args:
        store: the register's database.
        clock: tells the time.
        zone: the site's time zone; None means the computer's own.
        limit: the share below which attendance is too low.
        settle: called first; closes sessions whose time is over, so that their absences are there.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        zone: tzinfo | None,
        limit: Fraction,
        settle: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self.zone = zone
        self._limit = limit
        self._settle = settle

    def of_session(self, session_id: str, *, methods: bool = False) -> SessionReport:
        """Who was in a session; of one that is not closed yet, how it stands now.

        Args:
            session_id: which session.
            methods: also tell how each mark came about.

        Raises:
            SessionNotFoundError: there is none.
        """
        self._settle()
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        course = self._store.course(session.course_id) or Course(session.course_id, session.course_id, ())
        frame = self._frame(methods=methods)
        entries = {mark.student_id: _entry(mark, frame) for mark in self._store.marks(session.id)}
        seen = {student_id for student_id, entry in entries.items() if entry is not NO_ENTRY}
        listed, guests = self._students(course, seen)
        rows = tuple(SessionRow(student, entries.get(student.id, NO_ENTRY)) for student in listed)
        return SessionReport(
            frame=frame,
            session=session,
            course=course,
            state=_state(session, frame),
            rows=rows,
            guests=tuple(SessionRow(student, entries[student.id]) for student in guests),
            counts=Counts.of(row.standing for row in rows),
        )

    def of_course(
        self,
        course_id: str,
        first_day: date | None = None,
        last_day: date | None = None,
        *,
        methods: bool = False,
    ) -> CourseReport:
        """Who was in the held sessions of a course.

        Args:
            course_id: which course.
            first_day: the first local day; None means from the beginning.
            last_day: the last local day; None means until now.
            methods: also tell how each mark came about.

        Raises:
            CourseNotFoundError: there is none.
            ReportError: the last day is before the first.
        """
        _check_range(first_day, last_day)
        self._settle()
        course = self._store.course(course_id)
        if course is None:
            raise CourseNotFoundError(f"There is no course {course_id!r}.")
        frame = self._frame(methods=methods)
        sessions = _held(self._store.sessions_of(course_id), frame, first_day, last_day)
        entries = self._entries(sessions, frame)
        listed, guests = self._students(course, entries)
        rows = tuple(_course_row(student, entries, sessions, frame) for student in listed)
        columns = zip(*(row.entries for row in rows), strict=True) if rows else ((),) * len(sessions)
        per_session = tuple(Counts.of(entry.standing for entry in column) for column in columns)
        return CourseReport(
            frame=frame,
            course=course,
            first_day=first_day,
            last_day=last_day,
            sessions=tuple(sessions),
            rows=rows,
            guests=tuple(_course_row(student, entries, sessions, frame) for student in guests),
            session_counts=per_session,
            counts=sum(per_session, Counts()),
        )

    def of_student(
        self,
        student_id: str,
        first_day: date | None = None,
        last_day: date | None = None,
        course_ids: Collection[str] | None = None,
        *,
        methods: bool = False,
    ) -> StudentReport:
        """Where a student was, in each of their courses.

        Args:
            student_id: who it is.
            first_day: the first local day; None means from the beginning.
            last_day: the last local day; None means until now.
            course_ids: only these courses, such as those that a teacher runs; None means all.
            methods: also tell how each mark came about.

        Raises:
            StudentNotFoundError: there is no such student.
            ReportError: the last day is before the first.
        """
        _check_range(first_day, last_day)
        self._settle()
        student = self._store.student(student_id)
        if student is None:
            raise StudentNotFoundError("This student is not in the register (any more).")
        frame = self._frame(methods=methods)
        held = _held(self._store.sessions(), frame, first_day, last_day)
        marks = {mark.session_id: mark for mark in self._store.marks_of_student(student_id)}
        entries = {session.id: _entry(marks.get(session.id), frame) for session in held}
        courses = sorted(self._store.courses(), key=lambda course: (course.name.casefold(), course.id))
        parts = [
            _student_course(student, course, [s for s in held if s.course_id == course.id], entries, frame)
            for course in courses
            if course_ids is None or course.id in course_ids
        ]
        shown = tuple(part for part in parts if _belongs(part))
        ids = {part.course.id for part in shown}
        in_order = (entries[session.id].standing for session in held if session.course_id in ids)
        return StudentReport(
            frame=frame,
            student=student,
            first_day=first_day,
            last_day=last_day,
            courses=shown,
            counts=sum((part.counts for part in shown), Counts()),
            runs=AbsenceRuns.of(in_order),
        )

    def _frame(self, *, methods: bool) -> ReportFrame:
        return ReportFrame(self._clock.now(), self.zone, self._limit, methods)

    def _entries(self, sessions: Sequence[Session], frame: ReportFrame) -> dict[str, dict[str, Entry]]:
        """What is said, by student and then by session; whoever has no mark at all is not there."""
        found: dict[str, dict[str, Entry]] = {}
        for mark in self._store.marks_of_sessions([session.id for session in sessions]):
            entry = _entry(mark, frame)
            if entry is not NO_ENTRY:
                found.setdefault(mark.student_id, {})[mark.session_id] = entry
        return found

    def _students(self, course: Course, marked: Collection[str]) -> tuple[list[Student], list[Student]]:
        """Who is on the roster (active, or with a mark), and who has a mark without being on it."""
        roster = None if course.roster is None else frozenset(course.roster)
        listed, guests = [], []
        for student in sorted(self._store.students(), key=lambda each: order_of(each.roll_number)):
            if roster is None or student.id in roster:
                if student.active or student.id in marked:
                    listed.append(student)
            elif student.id in marked:
                guests.append(student)
        return listed, guests


def _check_range(first_day: date | None, last_day: date | None) -> None:
    if first_day is not None and last_day is not None and last_day < first_day:
        raise ReportError(
            f"The last day, {last_day.isoformat()}, is before the first, {first_day.isoformat()}; "
            "exchange them."
        )


def _held(
    sessions: Iterable[Session], frame: ReportFrame, first_day: date | None, last_day: date | None
) -> list[Session]:
    first = FIRST_DAY if first_day is None else first_day.isoformat()
    last = LAST_DAY if last_day is None else last_day.isoformat()
    return [s for s in sessions if first <= s.day <= last and _state(s, frame) is SessionState.HELD]


def _state(session: Session, frame: ReportFrame) -> SessionState:
    where = phase(session, frame.made_at)
    if where is not SessionPhase.CLOSED:
        return SessionState(where.value)
    return SessionState.CALLED_OFF if was_called_off(session) else SessionState.HELD


def _entry(mark: Mark | None, frame: ReportFrame) -> Entry:
    if mark is None:
        return NO_ENTRY
    if mark.status is MarkStatus.WITHDRAWN:
        return NO_ENTRY
    standing = Standing.UNDER_REVIEW if mark.under_review else STANDING_OF[mark.status]
    came = standing in THERE or standing is Standing.UNDER_REVIEW
    return Entry(standing, mark.at if came else None, mark.method if frame.methods else None)


def _course_row(
    student: Student,
    entries: Mapping[str, Mapping[str, Entry]],
    sessions: Sequence[Session],
    frame: ReportFrame,
) -> CourseRow:
    own = entries.get(student.id, {})
    row = tuple(own.get(session.id, NO_ENTRY) for session in sessions)
    standings = [entry.standing for entry in row]
    return CourseRow(student, row, Counts.of(standings), AbsenceRuns.of(standings), frame.limit)


def _student_course(
    student: Student,
    course: Course,
    sessions: Sequence[Session],
    entries: Mapping[str, Entry],
    frame: ReportFrame,
) -> StudentCourse:
    row = tuple(entries[session.id] for session in sessions)
    standings = [entry.standing for entry in row]
    return StudentCourse(
        course=course,
        on_roster=course.roster is None or student.id in course.roster,
        sessions=tuple(sessions),
        entries=row,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
        limit=frame.limit,
    )


def _belongs(part: StudentCourse) -> bool:
    """Whether the course says anything of the student; General only with a mark of theirs."""
    has_mark = any(entry is not NO_ENTRY for entry in part.entries)
    return has_mark or (part.on_roster and part.course.id != GENERAL_COURSE.id)
