"""The summary sheet: a row of counts and a rate for each student, or for each course of a student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from attendance.reports.content.attendance_rate import AbsenceRuns, Counts
from attendance.reports.excel.excel_book import Sheet, area

COUNT_HEADINGS = ("Present", "Late", "Absent", "Excused", "In review", "No mark")
HEADINGS = (
    *COUNT_HEADINGS,
    "There",
    "Counted",
    "Attendance",
    "Absent in a row now",
    "Longest run",
    "Below",
)
LABELS = 2  # columns before the counts
PRESENT, LATE, ABSENT = LABELS, LABELS + 1, LABELS + 2
THERE = LABELS + len(COUNT_HEADINGS)
COUNTED, SHARE, CURRENT, LONGEST, BELOW = THERE + 1, THERE + 2, THERE + 3, THERE + 4, THERE + 5
COLUMNS = BELOW + 1
_WIDTHS = (16, 34, *(9,) * len(COUNT_HEADINGS), 9, 9, 11, 12, 10, 9)


@dataclass(frozen=True)
class SummaryRow:
    """One row: what it is about, and its numbers."""

    labels: tuple[str, str]
    counts: Counts
    runs: AbsenceRuns
    is_below: bool


def write_head(sheet: Sheet, row: int, labels: tuple[str, str], *, lines: int) -> None:
    """The head of the table; ``lines`` rows follow."""
    sheet.put_head(row, (*labels, *HEADINGS), _WIDTHS, numbers=range(LABELS, COLUMNS))
    sheet.head(row, columns=COLUMNS, rows=lines, fixed_columns=LABELS)


def write_lines(sheet: Sheet, first: int, lines: Sequence[SummaryRow]) -> None:
    """The rows; there, counted and the rate are formulas over the counts, with their values."""
    for row, line in enumerate(lines, start=first):
        sheet.put_row(row, line.labels, ("text", "text"))
        for column, number in enumerate(line.counts.numbers, start=LABELS):
            sheet.put(row, column, number, "count")
        _write_sums(sheet, row, line.counts, "")
        sheet.put(row, CURRENT, line.runs.current, "count")
        sheet.put(row, LONGEST, line.runs.longest, "count")
        sheet.put(row, BELOW, "yes" if line.is_below else None, "flag")
    sheet.colour_below(first, SHARE, first + len(lines) - 1)


def write_total(sheet: Sheet, first: int, lines: int, counts: Counts) -> int:
    """The row of totals below so many lines, or below an empty row; which row it is."""
    last = first + max(lines, 1) - 1  # a sum must not be of the cell that it is in
    row = last + 1
    sheet.put(row, 0, "Total", "total_text")
    sheet.put(row, 1, None, "total_text")
    for column, number in enumerate(counts.numbers, start=LABELS):
        formula = f"=SUM({area(first, column, last, column)})"
        sheet.formula(row, column, formula, number, "total_count")
    _write_sums(sheet, row, counts, "total_")
    for column in (CURRENT, LONGEST, BELOW):
        sheet.put(row, column, None, "total_text")
    sheet.colour_below(row, SHARE, row)
    return row


def _write_sums(sheet: Sheet, row: int, counts: Counts, kind: str) -> None:
    present, late, absent, there, counted = (
        area(row, column, row, column) for column in (PRESENT, LATE, ABSENT, THERE, COUNTED)
    )
    sheet.formula(row, THERE, f"={present}+{late}", counts.there, f"{kind}count")
    sheet.formula(row, COUNTED, f"={there}+{absent}", counts.counted, f"{kind}count")
    share: Fraction | None = counts.share
    sheet.formula(row, SHARE, f'=IF({counted}=0,"",{there}/{counted})', share, f"{kind}percent")
