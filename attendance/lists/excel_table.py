"""Reads the sheets of an .xlsx file as texts, with limits on what a small file may expand to."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from attendance.errors import StudentListError
from attendance.lists.table import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Damage, ListFile, Table

LARGEST_CONTENT = 60_000_000  # bytes of XML; 100,000 students with ten columns have 50 million
MOST_PARTS = 2_000  # files in the archive; each sheet has up to four
EXACT_DIGITS = 15  # that a spreadsheet keeps of a number
_ZEROS = re.compile(r"0+")  # a format that shows 7 as 007
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
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
    from openpyxl import load_workbook  # noqa: PLC0415 - 70 ms, and few requests need it

    _check_size(data, source)
    try:
        with (
            closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as results,
            closing(load_workbook(io.BytesIO(data), read_only=True)) as formulas,
            zipfile.ZipFile(io.BytesIO(data)) as archive,
        ):
            shown = [sheet for sheet in results.worksheets if sheet.sheet_state == "visible"]
            hidden = tuple(sheet.title for sheet in results.worksheets if sheet not in shown)
            tables = tuple(
                _table(sheet, formulas[sheet.title], archive.read(sheet._worksheet_path), source)  # noqa: SLF001
                for sheet in shown
            )
    except _UNREADABLE as error:
        raise StudentListError(
            f"{source} can't be read as an Excel file. Open it in your spreadsheet and save it again as "
            ".xlsx or CSV."
        ) from error
    if not tables:
        raise StudentListError(f"{source} has no sheet that is shown.")
    return ListFile(tables, skipped_sheets=hidden)


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
    content = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if content > LARGEST_CONTENT or len(parts) > MOST_PARTS:
        raise StudentListError(
            f"{source} holds too much. Copy the list alone into a new file and import that."
        )


@dataclass
class _SheetReading:
    """A sheet while it is read."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    damaged: dict[tuple[int, int], Damage] = field(default_factory=dict)
    cells: int = 0


def _table(sheet: Any, formulas: Any, xml: bytes, source: str) -> Table:
    """One sheet.

    Args:
        sheet: with the results of formulas, as openpyxl reads it.
        formulas: the same with the formulas.
        xml: the part of the archive that both are read from.
        source: what messages call the file.
    """
    reading = _SheetReading()
    for number, (all_cells, written) in enumerate(_rows(sheet, formulas if _FORMULA.search(xml) else None)):
        used = max((place for place, cell in enumerate(all_cells, 1) if cell.value is not None), default=0)
        if written:
            used = max(used, *(place for place, cell in enumerate(written) if cell.data_type == "f"), 0) + 1
        cells = all_cells[:used]
        reading.cells += len(cells)
        if number >= MOST_ROWS or reading.cells > MOST_CELLS:
            raise StudentListError(
                f"{source} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells. Import it in parts."
            )
        reading.rows.append(tuple(_text(reading, number, place, cell) for place, cell in enumerate(cells)))
        if written:
            _settle_formulas(reading, number, written)
    _fill_merged(reading, xml)
    while reading.rows and not any(reading.rows[-1]):
        reading.rows.pop()
    return Table(tuple(reading.rows), sheet.title, reading.damaged)


def _rows(sheet: Any, formulas: Any) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """The cells of each row, and the same with formulas, where the sheet has any."""
    sheet.reset_dimensions()  # what the file says of its size needn't be true
    values = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1)
    if formulas is None:
        yield from ((row, ()) for row in values)
        return
    formulas.reset_dimensions()
    yield from zip(values, formulas.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1), strict=True)


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


def _settle_formulas(reading: _SheetReading, number: int, written: tuple[Any, ...]) -> None:
    """Note formulas whose result isn't in the file; ``="007"`` needs none."""
    cells = list(reading.rows[number])
    for place, cell in enumerate(written[: len(cells)]):
        if cell.data_type == "f" and not cells[place]:
            literal = _LITERAL.fullmatch(str(cell.value))
            if literal:
                cells[place] = literal[1].replace('""', '"')
            else:
                reading.damaged[number, place] = Damage.FORMULA
                cells[place] = str(cell.value)
    reading.rows[number] = tuple(cells)


def _fill_merged(reading: _SheetReading, xml: bytes) -> None:
    """Give a cell that is merged downwards to each of its rows: it is shown beside all of them."""
    for left, top, _right, bottom in (found.groups() for found in _MERGED.finditer(xml)):
        place, first, last = _place(left), int(top) - 1, min(int(bottom), len(reading.rows))
        if place >= MOST_COLUMNS or first >= last or place >= len(reading.rows[first]):
            continue
        text = reading.rows[first][place]
        for number in range(first + 1, last):
            row = reading.rows[number]
            padded = (*row, *([""] * (place + 1 - len(row))))
            if not padded[place]:
                reading.rows[number] = (*padded[:place], text, *padded[place + 1 :])


def _place(letters: bytes) -> int:
    """The column of a name such as ``AB``, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
