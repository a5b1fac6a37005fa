"""The columns and rows of reports as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attendance.files.csv_writer import Audience, csv_bytes
from attendance.reports.content.attendance_rate import percent
from attendance.reports.content.term_standings import words_of
from attendance.reports.content.values import (
    CourseReport,
    CourseRow,
    Report,
    ReportEntry,
    ReportFrame,
    SessionReport,
    StudentReport,
)
from attendance.reports.content.words import evidence_word
from attendance.values import Session

MOMENT = "%Y-%m-%d %H:%M:%S"  # what every spreadsheet reads as a date, whatever its language
MINUTE = "%Y-%m-%d %H:%M"
SESSION_COLUMNS = ("day", "course", "opened_at", "roll_number", "name", "on_roster", "status", "came_at")
COURSE_COLUMNS = (
    "present",
    "late",
    "absent",
    "excused",
    "under_review",
    "no_mark",
    "there",
    "counted",
    "percent",
    "current_absences",
    "longest_absence",
    "below_limit",
)
STUDENT_COLUMNS = ("roll_number", "name", "course", "day", "opened_at", "status", "came_at")
STUDENT_TOTALS = ("course_there", "course_counted", "course_percent", "course_below_limit")
METHOD, EVIDENCE = "method", "evidence"


def report_csv(report: Report, *, bom: bool = True) -> bytes:
    """The report as CSV in UTF-8, with line ends as in RFC 4180.

    Args:
        report: of a session, a course or a student.
        bom: whether the file begins with the mark by which Excel knows UTF-8.
    """
    if isinstance(report, SessionReport):
        columns, rows = _session_columns(report), _session_rows(report)
    elif isinstance(report, CourseReport):
        columns, rows = _course_columns(report), _course_rows(report)
    else:
        columns, rows = _student_columns(report), _student_rows(report)
    return csv_bytes(columns, rows, audience=Audience.PEOPLE, bom=bom)


def session_headings(sessions: Sequence[Session], frame: ReportFrame) -> list[str]:
    """A heading for each session of a course by day and time, each its own."""
    seen: dict[str, int] = {}
    headings = []
    for session in sessions:
        heading = _local(frame, session.opens_at, MINUTE)
        seen[heading] = seen.get(heading, 0) + 1
        headings.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return headings


def _session_columns(report: SessionReport) -> tuple[str, ...]:
    return (*SESSION_COLUMNS, METHOD, EVIDENCE) if report.frame.methods else SESSION_COLUMNS


def _session_rows(report: SessionReport) -> Iterator[list[str]]:
    opened_at = _local(report.frame, report.session.opens_at, MOMENT)
    for rows, on_roster in ((report.rows, True), (report.guests, False)):
        for row in rows:
            yield [
                report.session.day,
                report.course.name,
                opened_at,
                row.student.roll_number,
                row.student.name,
                _yes(said=on_roster),
                *_entry_cells(report.frame, row.entry),
            ]


def _course_columns(report: CourseReport) -> tuple[str, ...]:
    headings = session_headings(report.sessions, report.frame)
    methods = [f"{heading} {METHOD}" for heading in headings] if report.frame.methods else []
    return ("roll_number", "name", "on_roster", *headings, *methods, *COURSE_COLUMNS)


def _course_rows(report: CourseReport) -> Iterator[list[str]]:
    for rows, on_roster in ((report.rows, True), (report.guests, False)):
        for row in rows:
            methods = [entry.method or "" for entry in row.entries] if report.frame.methods else []
            yield [
                row.student.roll_number,
                row.student.name,
                _yes(said=on_roster),
                *words_of(row.entries),
                *methods,
                *_totals(row),
            ]


def _totals(row: CourseRow) -> list[str]:
    return [
        *map(str, row.counts.numbers),
        str(row.counts.there),
        str(row.counts.counted),
        percent(row.share),
        str(row.runs.current),
        str(row.runs.longest),
        _yes(said=row.is_below),
    ]


def _student_columns(report: StudentReport) -> tuple[str, ...]:
    return (*STUDENT_COLUMNS, *((METHOD, EVIDENCE) if report.frame.methods else ()), *STUDENT_TOTALS)


def _student_rows(report: StudentReport) -> Iterator[list[str]]:
    for part in report.courses:
        totals = [str(part.counts.there), str(part.counts.counted), percent(part.share)]
        for session, entry in zip(part.sessions, part.entries, strict=True):
            yield [
                report.student.roll_number,
                report.student.name,
                part.course.name,
                session.day,
                _local(report.frame, session.opens_at, MOMENT),
                *_entry_cells(report.frame, entry),
                *totals,
                _yes(said=part.is_below),
            ]


def _entry_cells(frame: ReportFrame, entry: ReportEntry) -> list[str]:
    came_at = "" if entry.came_at is None else _local(frame, entry.came_at, MOMENT)
    how = [entry.method.value if entry.method else "", evidence_word(entry)] if frame.methods else []
    return [entry.standing.value, came_at, *how]


def _local(frame: ReportFrame, moment: datetime, pattern: str) -> str:
    return frame.local(moment).strftime(pattern)


def _yes(*, said: bool) -> str:
    return "yes" if said else "no"
