"""Writes the report of a session as an Excel file: one sheet, the list and its totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import SessionReport, SessionRow
from attendance.reports.content.words import GUESTS, STANDING_WORDS, STATE_WORDS, method_word
from attendance.reports.excel.excel_book import Book, Sheet, area

HEAD_ROW = 4
NAME, STATUS = 1, 2  # columns
HEADINGS = ("Roll number", "Name", "Status", "Came at")
WIDTHS = (16, 34, 14, 20, 20)


def session_workbook(report: SessionReport) -> bytes:
    """The report as an Excel file (.xlsx)."""
    book = Book(report.frame, f"{report.course.name}, {report.session.day}")
    sheet = book.sheet(report.course.name)
    _write_top(sheet, report)
    headings = (*HEADINGS, "Method") if report.frame.methods else HEADINGS
    sheet.put_head(HEAD_ROW, headings, WIDTHS)
    first, last = HEAD_ROW + 1, HEAD_ROW + len(report.rows)
    _write_rows(sheet, report, report.rows, first)
    sheet.head(HEAD_ROW, columns=len(headings), rows=len(report.rows), fixed_columns=2)
    after = _write_totals(sheet, report, first, last)
    if report.guests:
        sheet.put(after + 1, 0, GUESTS, "bold")
        _write_rows(sheet, report, report.guests, after + 2)
    sheet.colour_statuses(first, STATUS, last, STATUS)
    sheet.colour_statuses(after + 2, STATUS, after + 1 + len(report.guests), STATUS)
    return book.finished()


def _write_top(sheet: Sheet, report: SessionReport) -> None:
    sheet.put(0, 0, report.course.name, "title")
    sheet.put(1, 0, "Day", "bold")
    sheet.put(1, 1, date.fromisoformat(report.session.day), "day")
    sheet.put(1, 2, STATE_WORDS[report.state], "note")
    sheet.put(2, 0, "From", "bold")
    sheet.moment(2, 1, report.session.opens_at, "time")
    sheet.put(2, 2, "To", "bold")
    sheet.moment(2, 3, report.session.closed_at or report.session.closes_at, "time")


def _write_rows(sheet: Sheet, report: SessionReport, rows: Sequence[SessionRow], first: int) -> None:
    for number, row in enumerate(rows, start=first):
        sheet.put(number, 0, row.student.roll_number)
        sheet.put(number, 1, row.student.name)
        sheet.put(number, 2, STANDING_WORDS[row.standing])
        sheet.moment(number, 3, row.entry.came_at)
        if report.frame.methods:
            sheet.put(number, 4, method_word(row.entry))


def _write_totals(sheet: Sheet, report: SessionReport, first: int, last: int) -> int:
    """The totals below the list; the row after them."""
    counts = report.counts
    statuses = area(first, STATUS, max(first, last), STATUS)
    row = max(first, last + 1) + 1
    numbers = {}
    for standing in Standing:
        word = STANDING_WORDS[standing]
        numbers[standing] = area(row, STATUS, row, STATUS)
        sheet.put(row, NAME, word, "bold")
        sheet.formula(row, STATUS, f'=COUNTIF({statuses},"{word}")', getattr(counts, standing.value))
        row += 1
    there = f"({numbers[Standing.PRESENT]}+{numbers[Standing.LATE]})"
    counted = f"({there}+{numbers[Standing.ABSENT]})"
    sheet.put(row, NAME, "Attendance", "total_text")
    sheet.formula(row, STATUS, f'=IF({counted}=0,"",{there}/{counted})', counts.share, "total_percent")
    sheet.colour_below(row, STATUS, row)
    return row + 1
