"""Builds reports from the current register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, tzinfo
from fractions import Fraction

from attendance.audit.chain.encoding import head_text
from attendance.clock import Clock
from attendance.errors import CourseNotFoundError, SessionNotFoundError, StudentNotFoundError
from attendance.reports.content.attendance_rate import AbsenceRuns, Counts
from attendance.reports.content.report_reads import entries_of_marks, sessions_about
from attendance.reports.content.rows import (
    belongs,
    check_range,
    course_row,
    course_rows,
    entry_of,
    held_sessions,
    in_order_of_time,
    listed_and_guests,
    plain_entry,
    state_of,
    student_course,
)
from attendance.reports.content.term_standings import StandingsReader
from attendance.reports.content.values import (
    NO_ENTRY,
    CourseReport,
    CourseRow,
    ReportFrame,
    SessionReport,
    SessionRow,
    StudentCourse,
    StudentReport,
)
from attendance.store.protocol import Store
from attendance.values import Course, Session, Student

Shown = Callable[[Sequence[Student]], Collection[str]]
"""Chooses some students of a report, by their ids."""
_CourseParts = tuple[tuple[CourseRow, ...], tuple[CourseRow, ...], tuple[Counts, ...]]
"""Rows of the roster, rows of others with a mark, and the roster's counts in each session."""


class Reports:
    """Builds reports as immutable values.

    Args:
        store: the register's database.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
        limit: the attendance rate below which attendance is too low.
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
        self._standings = StandingsReader(store)
        self._clock = clock
        self.zone = zone
        self._limit = limit
        self._settle = settle

    def of_session(
        self, session_id: str, *, methods: bool = False, shown: Shown | None = None
    ) -> SessionReport:
        """The report of a session; of one that is not closed yet, as of now.

        Args:
            session_id: which session.
            methods: whether to include how each mark was made.
            shown: chooses whose entries are complete, from everybody in the order of the rows; the others'
                have no time, no method and no evidence. None means all.

        Raises:
            SessionNotFoundError: there is none.
        """
        self._settle()
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        course = self._store.course(session.course_id) or Course(session.course_id, session.course_id, ())
        frame = self._frame(methods=methods)
        heads = self._store.mark_heads(session.id)
        entries = {head.student_id: plain_entry(head, session) for head in heads}
        seen = {student_id for student_id, entry in entries.items() if entry is not NO_ENTRY}
        listed, guests = listed_and_guests(self._store.students(), course, seen)
        if shown is None:
            marks = self._store.marks(session.id)
        else:
            marks = self._store.marks_among(session.id, shown([*listed, *guests]))
        entries |= {mark.student_id: entry_of(mark, session, frame) for mark in marks}
        rows = tuple(SessionRow(student, entries.get(student.id, NO_ENTRY)) for student in listed)
        return SessionReport(
            frame=frame,
            session=session,
            course=course,
            state=state_of(session, frame),
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
        """The report of a course's closed sessions.

        Args:
            course_id: which course.
            first_day: the first local day; None means from the beginning.
            last_day: the last local day; None means until now.
            methods: whether to include how each mark was made.

        Raises:
            CourseNotFoundError: there is none.
            ReportError: the last day is before the first.
        """
        check_range(first_day, last_day)
        self._settle()
        course = self._store.course(course_id)
        if course is None:
            raise CourseNotFoundError(f"There is no course {course_id!r}.")
        frame = self._frame(methods=methods)
        sessions = held_sessions(self._store.sessions_of(course_id), frame, first_day, last_day)
        parts_of = self._parts_with_methods if methods else self._parts_by_status
        rows, others, per_session = parts_of(course, sessions, frame)
        return CourseReport(
            frame=frame,
            course=course,
            first_day=first_day,
            last_day=last_day,
            sessions=tuple(sessions),
            rows=rows,
            guests=others,
            session_counts=per_session,
            counts=sum(per_session, Counts()),
        )

    def _parts_with_methods(
        self, course: Course, sessions: Sequence[Session], frame: ReportFrame
    ) -> _CourseParts:
        """The parts of a course's report from whole marks."""
        entries = entries_of_marks(self._store, sessions, frame)
        listed, guests = listed_and_guests(self._store.students(), course, entries)
        rows, others = (
            tuple(course_row(student, entries, sessions, frame) for student in some)
            for some in (listed, guests)
        )
        columns = zip(*(row.entries for row in rows), strict=True) if rows else ((),) * len(sessions)
        return rows, others, tuple(Counts.of(entry.standing for entry in column) for column in columns)

    def _parts_by_status(
        self, course: Course, sessions: Sequence[Session], frame: ReportFrame
    ) -> _CourseParts:
        """The same from columns of statuses, without the times and methods of the marks."""
        students = self._store.students()
        standings = self._standings.of(sessions, [each.id for each in students])
        listed, guests = listed_and_guests(students, course, standings.places)
        rows, others = (course_rows(some, standings, frame) for some in (listed, guests))
        return rows, others, tuple(standings.counts_of_sessions([student.id for student in listed]))

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
            methods: whether to include how each mark was made.

        Raises:
            StudentNotFoundError: there is no such student.
            ReportError: the last day is before the first.
        """
        check_range(first_day, last_day)
        self._settle()
        student = self._store.student(student_id)
        if student is None:
            raise StudentNotFoundError("This student is no longer in the register.")
        frame = self._frame(methods=methods)
        courses = [each for each in self._store.courses() if course_ids is None or each.id in course_ids]
        courses.sort(key=lambda course: (course.name.casefold(), course.id))
        parts = self._courses_of(student, courses, frame, first_day, last_day)
        shown = tuple(part for part in parts if belongs(part))
        return StudentReport(
            frame=frame,
            student=student,
            first_day=first_day,
            last_day=last_day,
            courses=shown,
            counts=sum((part.counts for part in shown), Counts()),
            runs=AbsenceRuns.of(in_order_of_time(shown)),
        )

    def _courses_of(
        self,
        student: Student,
        courses: Sequence[Course],
        frame: ReportFrame,
        first_day: date | None,
        last_day: date | None,
    ) -> Iterator[StudentCourse]:
        """The part of each course in the report of a student."""
        marks = {mark.session_id: mark for mark in self._store.marks_of_student(student.id)}
        sessions = sessions_about(self._store, student.id, courses, marks)
        for course in courses:
            of_course = held_sessions(sessions.get(course.id, ()), frame, first_day, last_day)
            entries = tuple(entry_of(marks.get(session.id), session, frame) for session in of_course)
            yield student_course(student, course, of_course, entries, frame)

    def _frame(self, *, methods: bool) -> ReportFrame:
        head = self._store.audit_head()
        words = "" if head is None else head_text(head)
        return ReportFrame(self._clock.now(), self.zone, self._limit, methods, words)
