"""Writes the report of a student as an Excel file: a summary of the courses, and a sheet for each."""

from __future__ import annotations

from datetime import date

from attendance.reports.content.values import StudentCourse, StudentReport
from attendance.reports.content.words import STANDING_WORDS, method_word, range_words
from attendance.reports.excel.excel_book import Book, Sheet
from attendance.reports.excel.summary_sheet import SummaryRow, write_head, write_lines, write_total

SUMMARY_HEAD = 3
HEAD_ROW = 2
HEADINGS = ("Day", "From", "Status", "Came at")
WIDTHS = (14, 10, 14, 22, 20)
STATUS = 2  # the column
MOST_SHEETS = 200  # more are not usable


def student_workbook(report: StudentReport) -> bytes:
    """The report as an Excel file (.xlsx); of a student with very many courses the first have sheets."""
    name = f"{report.student.name} ({report.student.roll_number})"
    days = range_words(report.first_day, report.last_day)
    book = Book(report.frame, f"{name}, {days}")
    _write_summary(book.sheet("Summary"), report, name, days)
    for part in [part for part in report.courses if part.sessions][:MOST_SHEETS]:
        _write_course(book.sheet(part.course.name), report, part)
    return book.finished()


def _write_summary(sheet: Sheet, report: StudentReport, name: str, days: str) -> None:
    sheet.put(0, 0, name, "title")
    sheet.put(1, 0, f"{days}.", "note")
    write_head(sheet, SUMMARY_HEAD, ("Roster", "Course"), lines=len(report.courses))
    first = SUMMARY_HEAD + 1
    write_lines(sheet, first, [_line(part) for part in report.courses])
    write_total(sheet, first, len(report.courses), report.counts)


def _line(part: StudentCourse) -> SummaryRow:
    roster = "on the roster" if part.on_roster else "not on it"
    return SummaryRow((roster, part.course.name), part.counts, part.runs, part.is_below)


def _write_course(sheet: Sheet, report: StudentReport, part: StudentCourse) -> None:
    headings = (*HEADINGS, "Method") if report.frame.methods else HEADINGS
    sheet.put(0, 0, part.course.name, "title")
    sheet.put_head(HEAD_ROW, headings, WIDTHS)
    rows = zip(part.sessions, part.entries, strict=True)
    for row, (session, entry) in enumerate(rows, start=HEAD_ROW + 1):
        sheet.put(row, 0, date.fromisoformat(session.day), "day")
        sheet.moment(row, 1, session.opens_at, "time")
        sheet.put(row, STATUS, STANDING_WORDS[entry.standing])
        sheet.moment(row, 3, entry.came_at)
        if report.frame.methods:
            sheet.put(row, 4, method_word(entry))
    sheet.head(HEAD_ROW, columns=len(headings), rows=len(part.sessions), fixed_columns=1)
    sheet.colour_statuses(HEAD_ROW + 1, STATUS, HEAD_ROW + len(part.sessions), STATUS)
