"""Writes the report of a course as an Excel file: a summary, every session, and methods on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from attendance.errors import ReportError
from attendance.reports.content.attendance_rate import percent
from attendance.reports.content.values import CourseReport, CourseRow, ReportEntry
from attendance.reports.content.words import GUESTS, STANDING_WORDS, method_word, range_words
from attendance.reports.excel.excel_book import Book, Cell, Sheet, area
from attendance.reports.excel.summary_sheet import SummaryRow, write_head, write_lines, write_total
from attendance.values import Session

LABELS = ("Roll number", "Name")
MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576  # of a sheet, as Excel has it
RESERVED = 20  # rows and columns that are not students and sessions
SUMMARY_HEAD = 3
DAY_ROW, TIME_ROW = 2, 3
FIRST_ROW = TIME_ROW + 1
LABEL_COLUMNS = len(LABELS)
SESSIONS_ON_A_PAGE = 16  # so many columns can still be read on A4


def course_workbook(report: CourseReport) -> bytes:
    """The report as an Excel file (.xlsx).

    Raises:
        ReportError: it has more sessions or students than a sheet has columns or rows.
    """
    rows = len(report.rows) + len(report.guests)
    if len(report.sessions) + RESERVED > MOST_COLUMNS or rows + RESERVED > MOST_ROWS:
        raise ReportError(
            f"{len(report.sessions)} sessions with {rows} students do not fit into an Excel "
            "sheet. Choose fewer days."
        )
    days = range_words(report.first_day, report.last_day)
    book = Book(report.frame, f"{report.course.name}, {days}")
    _write_summary(book.sheet("Summary"), report, days)
    if report.sessions:
        _write_sessions(book.sheet("Sessions"), report)
        if report.frame.methods:
            _write_methods(book.sheet("Methods"), report)
    return book.finished()


def _write_summary(sheet: Sheet, report: CourseReport, days: str) -> None:
    sheet.put(0, 0, report.course.name, "title")
    held = len(report.sessions)
    limit = f"limit {percent(report.frame.limit)} %, below it: {len(report.below_limit)}"
    sheet.put(1, 0, f"{days}. Sessions held: {held}; {limit}.", "note")
    write_head(sheet, SUMMARY_HEAD, LABELS, lines=len(report.rows))
    first = SUMMARY_HEAD + 1
    write_lines(sheet, first, [_line(row) for row in report.rows])
    total = write_total(sheet, first, len(report.rows), report.counts)
    if report.guests:
        sheet.put(total + 2, 0, GUESTS, "bold")
        write_lines(sheet, total + 3, [_line(row) for row in report.guests])


def _line(row: CourseRow) -> SummaryRow:
    return SummaryRow((row.student.roll_number, row.student.name), row.counts, row.runs, row.is_below)


def _write_sessions(sheet: Sheet, report: CourseReport) -> None:
    last_column = LABEL_COLUMNS + len(report.sessions) - 1
    last = FIRST_ROW + max(len(report.rows), 1) - 1  # a count must not be of the cell that it is in
    total = last + 1
    _write_matrix(sheet, report, "Status in each session", lambda entry: STANDING_WORDS[entry.standing])
    for offset, label in enumerate(("There", "Counted", "Attendance")):
        sheet.put_row(total + offset, (label, None), ["total_text" if offset == 0 else "bold"] * 2)
    for column, counts in enumerate(report.session_counts, start=LABEL_COLUMNS):
        words = area(FIRST_ROW, column, last, column)
        there, counted = (area(row, column, row, column) for row in (total, total + 1))
        sheet.formula(
            total, column, f"={_count(words, 'Present')}+{_count(words, 'Late')}", counts.there, "total_count"
        )
        sheet.formula(total + 1, column, f"={there}+{_count(words, 'Absent')}", counts.counted)
        share = f'=IF({counted}=0,"",{there}/{counted})'
        sheet.formula(total + 2, column, share, counts.share, "percent")
    _write_guests(sheet, report.guests, total + 4, lambda entry: STANDING_WORDS[entry.standing])
    sheet.colour_statuses(FIRST_ROW, LABEL_COLUMNS, last, last_column)
    sheet.colour_statuses(total + 5, LABEL_COLUMNS, total + 4 + len(report.guests), last_column)


def _write_methods(sheet: Sheet, report: CourseReport) -> None:
    _write_matrix(sheet, report, "How each mark was made", method_word)
    _write_guests(sheet, report.guests, FIRST_ROW + len(report.rows) + 1, method_word)


def _write_matrix(
    sheet: Sheet, report: CourseReport, title: str, word: Callable[[ReportEntry], Cell]
) -> None:
    sheet.put(0, 0, f"{report.course.name}: {title}", "title")
    sheet.put_row(DAY_ROW, (None, None), ("head_day", "head_day"))
    sheet.put_row(TIME_ROW, LABELS, ("head", "head"))
    for column, session in enumerate(report.sessions, start=LABEL_COLUMNS):
        _write_session_head(sheet, column, session)
    for row, student in enumerate(report.rows, start=FIRST_ROW):
        _write_student(sheet, row, student, word)
    columns = LABEL_COLUMNS + len(report.sessions)
    sheet.head(TIME_ROW, columns=columns, rows=len(report.rows), fixed_columns=LABEL_COLUMNS, depth=2)
    sheet.page.set_column(0, 0, 16)
    sheet.page.set_column(1, 1, 30)
    sheet.page.set_column(LABEL_COLUMNS, columns - 1, 11)
    sheet.page.repeat_columns(0, LABEL_COLUMNS - 1)
    sheet.page.fit_to_pages(-(-len(report.sessions) // SESSIONS_ON_A_PAGE), 0)


def _write_session_head(sheet: Sheet, column: int, session: Session) -> None:
    sheet.put(DAY_ROW, column, date.fromisoformat(session.day), "head_day")
    sheet.moment(TIME_ROW, column, session.opens_at, "head_time")


def _write_student(sheet: Sheet, row: int, student: CourseRow, word: Callable[[ReportEntry], Cell]) -> None:
    sheet.put(row, 0, student.student.roll_number)
    sheet.put(row, 1, student.student.name)
    for column, entry in enumerate(student.entries, start=LABEL_COLUMNS):
        sheet.put(row, column, word(entry))


def _write_guests(
    sheet: Sheet, guests: Sequence[CourseRow], row: int, word: Callable[[ReportEntry], Cell]
) -> None:
    if guests:
        sheet.put(row, 0, GUESTS, "bold")
    for number, guest in enumerate(guests, start=row + 1):
        _write_student(sheet, number, guest, word)


def _count(words: str, word: str) -> str:
    return f'COUNTIF({words},"{word}")'
