"""The rows of reports: which sessions count, and the entry of each mark."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from attendance.classes.general_course import GENERAL_COURSE
from attendance.errors import ReportError
from attendance.reports.content.arrivals import came_at
from attendance.reports.content.attendance_rate import STANDING_OF, THERE, AbsenceRuns, Counts, Standing
from attendance.reports.content.term_standings import TermStandings
from attendance.reports.content.values import (
    NO_ENTRY,
    CourseRow,
    ReportEntry,
    ReportFrame,
    SessionState,
    StudentCourse,
)
from attendance.values import Course, Mark, MarkHead, MarkStatus, Session, SessionPhase, Student
from attendance.values.roll_numbers import order_of

_STATE_OF = {
    SessionPhase.PLANNED: SessionState.PLANNED,
    SessionPhase.OPEN: SessionState.OPEN,
    SessionPhase.BY_HAND: SessionState.OPEN,  # not finished
    SessionPhase.CLOSED: SessionState.HELD,
    SessionPhase.CANCELLED: SessionState.CANCELLED,
}
_PLAIN = {standing: ReportEntry(standing) for standing in Standing}


def check_range(first_day: date | None, last_day: date | None) -> None:
    """Refuse a range that ends before it begins.

    Raises:
        ReportError: the last day is before the first.
    """
    if first_day is not None and last_day is not None and last_day < first_day:
        raise ReportError(
            f"The last day, {last_day.isoformat()}, is before the first, {first_day.isoformat()}. Swap them."
        )


def days_as_text(first_day: date | None, last_day: date | None) -> tuple[str, str]:
    """The first and the last day of a range as days of sessions are stored; None is open."""
    return (first_day or date.min).isoformat(), (last_day or date.max).isoformat()


def held_sessions(
    sessions: Iterable[Session], frame: ReportFrame, first_day: date | None, last_day: date | None
) -> list[Session]:
    """The sessions on the days of the range that took place, in their order."""
    first, last = days_as_text(first_day, last_day)
    return [s for s in sessions if first <= s.day <= last and state_of(s, frame) is SessionState.HELD]


def state_of(session: Session, frame: ReportFrame) -> SessionState:
    """The state of the session when the report was made."""
    return _STATE_OF[session.phase(frame.made_at)]


def plain_entry(mark: MarkHead | Mark, session: Session) -> ReportEntry:
    """The report's entry for a mark, with its status alone; see ``entry_of``."""
    if mark.status is MarkStatus.WITHDRAWN or session.is_cancelled:
        return NO_ENTRY
    return _PLAIN[Standing.UNDER_REVIEW if mark.under_review else STANDING_OF[mark.status]]


def entry_of(mark: Mark | None, session: Session, frame: ReportFrame) -> ReportEntry:
    """The report's entry for a mark; one that is withdrawn, or of a cancelled session, counts as none."""
    plain = NO_ENTRY if mark is None else plain_entry(mark, session)
    if mark is None or plain is NO_ENTRY:
        return NO_ENTRY
    standing = plain.standing
    is_in = standing in THERE or standing is Standing.UNDER_REVIEW
    entry = ReportEntry(standing, came_at(mark, session) if is_in else None)
    return replace(entry, method=mark.method, evidence=mark.evidence) if frame.methods else entry


def course_row(
    student: Student,
    entries: Mapping[str, Mapping[str, ReportEntry]],
    sessions: Sequence[Session],
    frame: ReportFrame,
) -> CourseRow:
    """A student in a course.

    Args:
        student: who it is.
        entries: by student and then by session.
        sessions: all of the report, in order.
        frame: of the report.
    """
    own = entries.get(student.id, {})
    row = tuple(own.get(session.id, NO_ENTRY) for session in sessions)
    standings = [entry.standing for entry in row]
    return CourseRow(
        student=student,
        entries=row,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
        limit=frame.limit,
    )


def course_rows(
    students: Sequence[Student], standings: TermStandings, frame: ReportFrame
) -> tuple[CourseRow, ...]:
    """Students in a course, without the times and methods of their marks.

    Args:
        students: who they are.
        standings: in all sessions of the report.
        frame: of the report.
    """
    tallies = standings.tallies([student.id for student in students])
    return tuple(
        CourseRow(
            student=student,
            entries=standings.entries(student.id),
            counts=counts,
            runs=runs,
            limit=frame.limit,
        )
        for student, (counts, runs) in zip(students, tallies, strict=True)
    )


def listed_and_guests(
    students: Iterable[Student], course: Course, marked: Container[str]
) -> tuple[list[Student], list[Student]]:
    """Who is on the roster (active, or with a mark), and who has a mark without being on it; by roll number.

    Args:
        students: everybody.
        course: of the report.
        marked: the ids of those with a mark in it.
    """
    roster = None if course.roster is None else frozenset(course.roster)
    listed, guests = [], []
    for student in sorted(students, key=lambda each: order_of(each.roll_number)):
        if roster is None or student.id in roster:
            if student.active or student.id in marked:
                listed.append(student)
        elif student.id in marked:
            guests.append(student)
    return listed, guests


def student_course(
    student: Student,
    course: Course,
    sessions: Sequence[Session],
    entries: tuple[ReportEntry, ...],
    frame: ReportFrame,
) -> StudentCourse:
    """A course of a student.

    Args:
        student: who it is.
        course: which course.
        sessions: all of the report, in order.
        entries: one for each.
        frame: of the report.
    """
    standings = [entry.standing for entry in entries]
    return StudentCourse(
        course=course,
        on_roster=course.includes(student.id),
        sessions=tuple(sessions),
        entries=entries,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
        limit=frame.limit,
    )


def in_order_of_time(parts: Iterable[StudentCourse]) -> list[Standing]:
    """The statuses in several courses, by the opening of their sessions."""
    both = [pair for part in parts for pair in zip(part.sessions, part.entries, strict=True)]
    both.sort(key=lambda pair: (pair[0].opens_at, pair[0].id))
    return [entry.standing for _, entry in both]


def belongs(part: StudentCourse) -> bool:
    """Whether the course is listed for the student; General only with a mark of theirs."""
    has_mark = any(entry is not NO_ENTRY for entry in part.entries)
    return has_mark or (part.on_roster and part.course.id != GENERAL_COURSE.id)
