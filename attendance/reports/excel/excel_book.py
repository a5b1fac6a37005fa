"""Builds an Excel file: its formats, and cells that are never run as a formula."""

from __future__ import annotations

import io
from collections.abc import Container, Sequence
from datetime import UTC, date, datetime, time
from fractions import Fraction
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from attendance.files.cells import fitting, sheet_name
from attendance.files.writable_text import writable
from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import ReportFrame
from attendance.reports.content.words import STANDING_WORDS

WHOLE_SHEET = "A1:XFD1048576"
A4 = 9  # Excel's number of the paper
LONGEST_HEADER = 255  # letters of a page's header, as Excel has it
MAKER = "face-attendance"
# The colours that Excel itself proposes for good, neutral and bad; each on its light ground.
GOOD = {"bg_color": "#C6EFCE", "font_color": "#006100"}
NEUTRAL = {"bg_color": "#FFEB9C", "font_color": "#7F4F00"}
BAD = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
QUIET = {"bg_color": "#EDEDED", "font_color": "#404040"}
COLOURS = {
    Standing.PRESENT: GOOD,
    Standing.LATE: NEUTRAL,
    Standing.ABSENT: BAD,
    Standing.EXCUSED: QUIET,
    Standing.UNDER_REVIEW: {"bg_color": "#DDEBF7", "font_color": "#1F4E78"},
}
LINE_HEIGHT = 15.0  # points; of a row whose height nothing sets
_KINDS = {
    "text": {},
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "note": {"font_color": "#595959"},
    "head": {"bold": True, "bg_color": "#F2F2F2", "bottom": 1, "text_wrap": True, "valign": "top"},
    "head_number": {
        "bold": True,
        "bg_color": "#F2F2F2",
        "bottom": 1,
        "text_wrap": True,
        "valign": "top",
        "align": "right",
    },
    "head_day": {"bold": True, "bg_color": "#F2F2F2", "num_format": "yyyy-mm-dd", "align": "center"},
    "head_time": {"bold": True, "bg_color": "#F2F2F2", "bottom": 1, "num_format": "hh:mm", "align": "center"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "time": {"num_format": "hh:mm", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "flag": {"align": "right"},
    "count": {"num_format": "0"},
    "percent": {"num_format": "0.0%"},
    "total_text": {"bold": True, "top": 1},
    "total_count": {"bold": True, "top": 1, "num_format": "0"},
    "total_percent": {"bold": True, "top": 1, "num_format": "0.0%"},
}

Cell = str | int | Fraction | date | datetime | time | None


class Book:
    """A workbook in memory.

    Args:
        frame: of the report in it.
        title: what the report is about.
    """

    def __init__(self, frame: ReportFrame, title: str) -> None:
        self.frame = frame
        self.title = writable(title)
        self._file = io.BytesIO()
        self._book = Workbook(self._file, {"in_memory": True})
        made_at = frame.made_at.astimezone(UTC).replace(tzinfo=None)
        about = {"title": fitting(self.title, 200), "author": MAKER, "created": made_at}
        self._book.set_properties(about | {"comments": f"Audit trail: {frame.audit_head}"})
        self._formats: dict[str, Format] = {k: self._book.add_format(kind) for k, kind in _KINDS.items()}
        self._colours = {s: self._book.add_format(colour) for s, colour in COLOURS.items()}
        self._bad = self._book.add_format(BAD)
        self._names: set[str] = set()

    def sheet(self, wanted: str) -> Sheet:
        """A new sheet with a name near the wanted one, set up for print."""
        page = self._book.add_worksheet(sheet_name(wanted, self._names))
        page.ignore_errors({"number_stored_as_text": WHOLE_SHEET})  # roll numbers are text
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L&D&CAudit trail: {self.frame.audit_head}&RPage &P of &N")
        header = fitting(self.title, LONGEST_HEADER // 2 - 2).replace("&", "&&")
        page.set_header(f"&L{header}")
        return Sheet(self, page)

    def format(self, kind: str) -> Format:
        """One of the formats by its name."""
        return self._formats[kind]

    def colour(self, standing: Standing) -> Format | None:
        """The format of a status; None where it has none."""
        return self._colours.get(standing)

    @property
    def bad(self) -> Format:
        """The colours of what is below the limit."""
        return self._bad

    def finished(self) -> bytes:
        """The file; nothing can be added afterwards."""
        self._book.close()
        return self._file.getvalue()


class Sheet:
    """One sheet; rows and columns count from 0.

    Args:
        book: whose it is.
        page: XlsxWriter's own.
    """

    def __init__(self, book: Book, page: Worksheet) -> None:
        self._book = book
        self.page = page

    def put(self, row: int, column: int, value: Cell, kind: str = "text") -> None:
        """Write a value as what it is; text is text, whatever it begins with."""
        shape = self._book.format(kind)
        if value is None:
            self.page.write_blank(row, column, None, shape)
        elif isinstance(value, str):
            self.page.write_string(row, column, fitting(writable(value)), shape)
        elif isinstance(value, date | time):
            self.page.write_datetime(row, column, value, shape)
        else:
            self.page.write_number(row, column, float(value), shape)

    def put_row(self, row: int, values: Sequence[Cell], kinds: Sequence[str]) -> None:
        """Write a row from the first column on."""
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            self.put(row, column, value, kind)

    def put_head(
        self, row: int, headings: Sequence[str], widths: Sequence[float], *, numbers: Container[int] = ()
    ) -> None:
        """Write the head of a table from the first column on.

        Args:
            row: where.
            headings: one for each column.
            widths: of the columns in letters, one for each at least.
            numbers: the columns of numbers, which are right-aligned.
        """
        kinds = ["head_number" if column in numbers else "head" for column in range(len(headings))]
        self.put_row(row, headings, kinds)
        for column, width in enumerate(widths[: len(headings)]):
            self.page.set_column(column, column, width)
        # Not every program adapts the row's height to a wrapped heading.
        lines = max(
            len(wrap(heading, max(1, int(width)))) for heading, width in zip(headings, widths, strict=False)
        )
        self.page.set_row(row, LINE_HEIGHT * lines)

    def moment(self, row: int, column: int, moment: datetime | None, kind: str = "moment") -> None:
        """Write an aware moment as the site's clock shows it."""
        shown = None if moment is None else self._book.frame.local(moment)
        value: Cell = None if shown is None else shown.replace(tzinfo=None, microsecond=0)
        if kind in ("time", "head_time") and shown is not None:
            value = shown.time().replace(second=0, microsecond=0)
        self.put(row, column, value, kind)

    def formula(
        self, row: int, column: int, formula: str, shown: int | Fraction | None, kind: str = "count"
    ) -> None:
        """Write one of our own formulas with its value, for readers that don't calculate.

        Args:
            row: where.
            column: where.
            formula: begins with ``=``.
            shown: what it comes to; None where it comes to the empty text.
            kind: the format.
        """
        value: float | str = "" if shown is None else float(shown)
        if isinstance(shown, int):
            value = shown
        self.page.write_formula(row, column, formula, self._book.format(kind), value)

    def colour_statuses(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Colour the cells by their status."""
        if last_row < first_row or last_column < first_column:
            return
        for standing, word in STANDING_WORDS.items():
            if colours := self._book.colour(standing):
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": colours}
                self.page.conditional_format(first_row, first_column, last_row, last_column, rule)

    def colour_below(self, first_row: int, column: int, last_row: int) -> None:
        """Highlight rates below the limit; an empty cell has no colour."""
        if last_row < first_row:
            return
        cell = xl_range(first_row, column, first_row, column)
        limit = self._book.frame.limit
        exact = f"{limit.numerator}/{limit.denominator}"
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}<{exact})"}
        self.page.conditional_format(first_row, column, last_row, column, rule | {"format": self._book.bad})

    def head(self, row: int, *, columns: int, rows: int, fixed_columns: int, depth: int = 1) -> None:
        """Freeze the table's head on the screen, repeat it on each printed page, and add filters.

        Args:
            row: its last row, which has the filters.
            columns: how many there are.
            rows: how many rows of the table follow.
            fixed_columns: how many stay at the left.
            depth: how many rows it has.
        """
        self.page.freeze_panes(row + 1, fixed_columns)
        self.page.repeat_rows(row - depth + 1, row)
        self.page.autofilter(row, 0, row + rows, columns - 1)


def area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """A range such as ``C5:C64``."""
    return str(xl_range(first_row, first_column, last_row, last_column))
