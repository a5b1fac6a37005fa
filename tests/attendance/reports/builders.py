"""Reports made of plain words, for the tests of the files that they are written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from attendance.reports.content.attendance_rate import THERE, AbsenceRuns, Counts, Standing
from attendance.reports.content.values import (
    NO_ENTRY,
    CourseReport,
    CourseRow,
    ReportEntry,
    ReportFrame,
    SessionReport,
    SessionRow,
    SessionState,
    StudentCourse,
    StudentReport,
)
from attendance.values import Course, MarkMethod, Session, Student

NOON = datetime(2026, 11, 23, 12, 0, 7, 250_000, tzinfo=UTC)  # 13:00:07 in Berlin
ZONE = ZoneInfo("Europe/Berlin")
METHODS = {
    Standing.PRESENT: MarkMethod.FACE,
    Standing.LATE: MarkMethod.CODE,
    Standing.ABSENT: MarkMethod.CLOSING,
}
LETTERS = {each.value[0].upper(): each for each in Standing}  # P L A E U N


def frame(*, methods: bool = False) -> ReportFrame:
    """As a site in Berlin has it that asks for 75 %."""
    return ReportFrame(NOON + timedelta(days=200), ZONE, Fraction(3, 4), methods)


def session(number: int = 0, course_id: str = "physics") -> Session:
    """The session of one day, an hour long from noon on in UTC."""
    opens_at = NOON + timedelta(days=number)
    day = opens_at.astimezone(ZONE).date().isoformat()
    closes_at = opens_at + timedelta(hours=1)
    return Session(
        f"{course_id}|{day}|1", course_id, f"t{number}", day, opens_at, closes_at, closed_at=closes_at
    )


def entry(letter: str, of: Session, *, methods: bool) -> ReportEntry:
    """What the letter says: P, L, A, E, U(nder review), N(o mark)."""
    standing = LETTERS[letter]
    if standing is Standing.NO_MARK:
        return NO_ENTRY
    came = standing in (*THERE, Standing.UNDER_REVIEW)
    came_at = of.opens_at + timedelta(minutes=5) if came else None
    return ReportEntry(standing, came_at, METHODS.get(standing, MarkMethod.MANUAL) if methods else None)


def student(number: int, name: str, **fields: str) -> Student:
    """A student with a roll number of three digits, unless it is given."""
    return Student(f"s{number}", fields.pop("roll_number", f"{number:03}"), name, **fields)  # type: ignore[arg-type]


def session_report(
    said: Mapping[Student, str],
    guests: Mapping[Student, str] | None = None,
    *,
    course: str = "Physics",
    methods: bool = False,
    state: SessionState = SessionState.HELD,
) -> SessionReport:
    """A letter for each student."""
    where = session()

    def rows(of: Mapping[Student, str]) -> tuple[SessionRow, ...]:
        return tuple(SessionRow(who, entry(letter, where, methods=methods)) for who, letter in of.items())

    listed = rows(said)
    return SessionReport(
        frame=frame(methods=methods),
        session=where,
        course=Course("physics", course),
        state=state,
        rows=listed,
        guests=rows(guests or {}),
        counts=Counts.of(row.standing for row in listed),
    )


def course_report(
    said: Mapping[Student, str],
    guests: Mapping[Student, str] | None = None,
    *,
    sessions: int,
    course: str = "Physics",
    methods: bool = False,
) -> CourseReport:
    """A letter for each session of each student."""
    held = tuple(session(number) for number in range(sessions))

    def rows(of: Mapping[Student, str]) -> tuple[CourseRow, ...]:
        return tuple(_course_row(who, letters, held, methods=methods) for who, letters in of.items())

    listed = rows(said)
    columns = [[row.entries[number].standing for row in listed] for number in range(sessions)]
    return CourseReport(
        frame=frame(methods=methods),
        course=Course("physics", course),
        first_day=None,
        last_day=None,
        sessions=held,
        rows=listed,
        guests=rows(guests or {}),
        session_counts=tuple(map(Counts.of, columns)),
        counts=sum(map(Counts.of, columns), Counts()),
    )


def student_report(who: Student, courses: Mapping[str, str], *, methods: bool = False) -> StudentReport:
    """For each course by name a letter for each session."""
    parts = tuple(
        _student_course(name, f"c{number}", letters, methods=methods)
        for number, (name, letters) in enumerate(courses.items())
    )
    standings = [each.standing for part in parts for each in part.entries]
    return StudentReport(
        frame=frame(methods=methods),
        student=who,
        first_day=NOON.date(),
        last_day=None,
        courses=parts,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
    )


def _course_row(who: Student, letters: str, held: Sequence[Session], *, methods: bool) -> CourseRow:
    entries = tuple(entry(letter, each, methods=methods) for letter, each in zip(letters, held, strict=True))
    standings = [each.standing for each in entries]
    return CourseRow(
        student=who,
        entries=entries,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
        limit=Fraction(3, 4),
    )


def _student_course(name: str, course_id: str, letters: str, *, methods: bool) -> StudentCourse:
    held = tuple(session(number, course_id) for number in range(len(letters)))
    entries = tuple(entry(letter, each, methods=methods) for letter, each in zip(letters, held, strict=True))
    standings = [each.standing for each in entries]
    return StudentCourse(
        course=Course(course_id, name),
        on_roster=True,
        sessions=held,
        entries=entries,
        counts=Counts.of(standings),
        runs=AbsenceRuns.of(standings),
        limit=Fraction(3, 4),
    )
