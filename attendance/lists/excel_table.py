"""Reads the sheets of an .xlsx file as texts, with limits on what a small file may expand to."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from attendance.errors import StudentListError
from attendance.lists.table import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Damage, ListFile, Table, literal_of

LARGEST_CONTENT = 60_000_000  # bytes of XML; 100,000 students with ten columns have 50 million
LARGEST_BESIDES = 1_000_000  # bytes of styles, merged cells and the like; each needs 50 times the memory
TOO_MUCH = "{} holds too much. Copy the list alone into a new file and import that."
SAVE_AGAIN = (
    "{} can't be read as an Excel file. Open it in your spreadsheet and save it again as .xlsx or CSV."
)
SMALL_CONTENT = 1_000_000  # bytes that even the smallest file may have; an empty workbook has 10,000
MOST_EXPANSION = 40  # times the size of the file; lists have 5 to 15
MOST_PARTS = 2_000  # files in the archive; each sheet has up to four
WIDEST_ROW = 16_384  # cells in any spreadsheet; openpyxl has a whole row in memory
# No spreadsheet packs otherwise, and unpacking LZMA takes as much memory as a file asks for.
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
EXACT_DIGITS = 15  # that a spreadsheet keeps of a number
_ZEROS = re.compile(r"0+")  # a format that shows 7 as 007
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_HAS_ROWS = re.compile(r"sharedStrings|worksheets/|/sheet", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# What openpyxl raises for files that are none, besides errors of its own: it trusts what it reads.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ParseError, RuntimeError, NotImplementedError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, AssertionError),
)


def excel_tables(data: bytes, source: str) -> ListFile:
    """The sheets that are shown.

    Args:
        data: the file.
        source: what messages call it.

    Raises:
        StudentListError: it is no .xlsx file, has no sheet that is shown, or expands to too much.
    """
    _check_size(data, source)
    try:
        with _opened(data, data_only=True) as book, zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets: list[Any] = list(book.worksheets)
            shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
            hidden = tuple(sheet.title for sheet in sheets if sheet not in shown)
            tables = tuple(
                _table(sheet, data, archive.read(sheet._worksheet_path), source)  # noqa: SLF001 - the only way
                for sheet in shown
            )
    except _UNREADABLE as error:
        raise StudentListError(SAVE_AGAIN.format(source)) from error
    if not tables:
        raise StudentListError(f"{source} has no sheet that is shown.")
    return ListFile(tables, skipped_sheets=hidden)


def _opened(data: bytes, *, data_only: bool) -> closing[Any]:
    """The workbook, whose rows are read on demand; with formulas or, with ``data_only``, their results."""
    from openpyxl import load_workbook  # noqa: PLC0415 - 70 ms, and few requests need it

    return closing(load_workbook(io.BytesIO(data), read_only=True, data_only=data_only))


def _check_size(data: bytes, source: str) -> None:
    """Refuse what would expand too far; ``zipfile`` reads no more of a part than it declares here."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except _UNREADABLE as error:
        raise StudentListError(f"{source} is damaged: it is not a complete Excel file.") from error
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names or "[Content_Types].xml" not in names:
        raise StudentListError(f"{source} is not an .xlsx file. Save it as .xlsx or CSV in your spreadsheet.")
    if any(part.compress_type not in PACKINGS for part in parts):
        raise StudentListError(SAVE_AGAIN.format(source))
    read = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    content = sum(part.file_size for part in read)
    besides = max((part.file_size for part in read if not _HAS_ROWS.search(part.filename)), default=0)
    largest = min(LARGEST_CONTENT, SMALL_CONTENT + MOST_EXPANSION * len(data))
    if content > largest or besides > LARGEST_BESIDES or len(parts) > MOST_PARTS:
        raise StudentListError(TOO_MUCH.format(source))


def _check_sheet(xml: bytes, source: str) -> None:
    """Refuse what is slow to read and in no list: endless rows, and much besides the rows."""
    if any(len(_CELL.findall(row)) > WIDEST_ROW for row in _ROW.split(xml)):
        raise StudentListError(f"{source} has a row that no spreadsheet can have.")
    begin, end = xml.find(b"sheetData"), xml.rfind(b"sheetData")
    if begin > LARGEST_BESIDES or len(xml) - end > LARGEST_BESIDES:
        raise StudentListError(TOO_MUCH.format(source))


@dataclass
class _SheetReading:
    """A sheet while it is read."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    damaged: dict[tuple[int, int], Damage] = field(default_factory=dict)
    cells: int = 0

    def text(self, number: int, place: int) -> str:
        """A cell that was read; empty where there is none."""
        row = self.rows[number] if number < len(self.rows) else ()
        return row[place] if place < len(row) else ""

    def put(self, number: int, place: int, text: str) -> None:
        """Put a text into a cell."""
        self.rows += [()] * (number + 1 - len(self.rows))
        row = self.rows[number]
        padded = (*row, *([""] * (place + 1 - len(row))))
        self.rows[number] = (*padded[:place], text, *padded[place + 1 :])


def _table(sheet: Any, data: bytes, xml: bytes, source: str) -> Table:
    """One sheet.

    Args:
        sheet: with the results of formulas, as openpyxl reads it.
        data: the whole file.
        xml: the part of it that the sheet is read from.
        source: what messages call the file.
    """
    _check_sheet(xml, source)
    reading = _SheetReading()
    sheet.reset_dimensions()  # what the file says of its size needn't be true
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1)):
        used = max((place for place, cell in enumerate(row, 1) if cell.value is not None), default=0)
        reading.cells += used
        if (used and number >= MOST_ROWS) or reading.cells > MOST_CELLS:
            raise StudentListError(
                f"{source} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells. Import it in parts."
            )
        reading.rows.append(
            tuple(_text(reading, number, place, cell) for place, cell in enumerate(row[:used]))
        )
    while reading.rows and not any(reading.rows[-1]):
        reading.rows.pop()
    if _FORMULA.search(xml):
        _settle_formulas(reading, data, sheet.title)
    _fill_merged(reading, xml, source)
    return Table(tuple(reading.rows), sheet.title, reading.damaged)


def _text(reading: _SheetReading, row: int, place: int, cell: Any) -> str:
    """A cell as it is shown, as far as that can be known; notes what can't be a roll number."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        if cell.data_type == "e":
            reading.damaged[row, place] = Damage.ERROR
        return value
    if isinstance(value, bool):
        reading.damaged[row, place] = Damage.TRUTH
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(reading, row, place, value, cell.number_format or "")
    reading.damaged[row, place] = Damage.DATE
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(reading: _SheetReading, row: int, place: int, value: float, shown_as: str) -> str:
    """A number: spreadsheets store 17 and 17.0 alike, and what a format adds in front belongs to it."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
        reading.damaged[row, place] = Damage.ERROR
        return str(value)
    if value != int(value):
        reading.damaged[row, place] = Damage.DECIMALS
        return repr(value)
    text = str(int(value))
    if len(text.lstrip("-")) > EXACT_DIGITS:
        reading.damaged[row, place] = Damage.TOO_LONG
    return text.zfill(len(shown_as)) if _ZEROS.fullmatch(shown_as) else text


def _settle_formulas(reading: _SheetReading, data: bytes, title: str) -> None:
    """Note formulas whose result isn't in the file; ``="007"`` needs none."""
    with _opened(data, data_only=False) as book:
        formulas = book[title]
        formulas.reset_dimensions()
        for number, row in enumerate(formulas.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS)):
            for place, cell in enumerate(row):
                if cell.data_type == "f" and not reading.text(number, place):
                    literal = literal_of(str(cell.value))
                    if literal is None:
                        reading.damaged[number, place] = Damage.FORMULA
                    reading.put(number, place, str(cell.value) if literal is None else literal)


def _fill_merged(reading: _SheetReading, xml: bytes, source: str) -> None:
    """Give a cell that is merged downwards to each of its rows: it is shown beside all of them."""
    filled = 0
    for left, top, _right, bottom in (found.groups() for found in _MERGED.finditer(xml)):
        place, first, last = _place(left), int(top) - 1, min(int(bottom), len(reading.rows))
        text = reading.text(first, place)
        if not text or place >= MOST_COLUMNS:
            continue
        filled += last - first
        if filled > MOST_ROWS:
            raise StudentListError(f"{source} has too many merged cells. Undo the merging first.")
        for number in range(first + 1, last):
            if not reading.text(number, place):
                reading.put(number, place, text)


def _place(letters: bytes) -> int:
    """The column of a name such as ``AB``, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
