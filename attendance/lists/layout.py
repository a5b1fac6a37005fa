"""Where in a table the students begin, and what each column is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from attendance.lists.headings import EMAIL, NAME, ROLL_NO, kinds_of, known_in
from attendance.lists.table import Row, Table

LOOKED_AT = 30  # rows with something in them, among which the headings are
MOST_WORDS = 3  # of a roll number, as in 2026 CS 017
_DIGIT = re.compile(r"\d")
_NO_NUMBER = re.compile(r"@|^\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
_MOST = 0.5  # of the lines; titles and empty cells are among them


@dataclass(frozen=True)
class Layout:
    """How a table is laid out.

    Attributes:
        first: the row of the first student, from 0.
        headings: what the columns are called in the file; empty where nothing names them.
        kinds: what each column is, or None for what isn't read.
    """

    first: int
    headings: Row
    kinds: tuple[str | None, ...]

    @property
    def is_certain(self) -> bool:
        """Whether headings name the roll numbers."""
        return bool(self.headings) and ROLL_NO in self.kinds


def layout_of(table: Table) -> Layout:
    """The layout of a table, as far as it shows.

    A row of headings is never a student: not one in a language that isn't known, nor the titles above it.
    """
    filled = [number for number, row in enumerate(table.rows) if any(map(str.strip, row))][:LOOKED_AT]
    if not filled:
        return Layout(len(table.rows), (), ())
    width = max(len(table.rows[number]) for number in filled)
    rows = [_padded(table.rows[number], width) for number in filled]
    named = next((number for number, row in enumerate(rows) if _names_columns(row)), None)
    if named is None:
        named = _row_above_numbers(rows)
    if named is not None:
        return Layout(filled[named] + 1, rows[named], tuple(kinds_of(rows[named])))
    first = _titles(rows)
    return Layout(filled[first], (), _guessed(rows[first:]))


def _names_columns(row: Row) -> bool:
    """Whether a row has headings: two that are known, the roll number's, or nothing besides."""
    kinds = kinds_of(row)
    if known_in(row) > 1:
        return True
    if any(map(_DIGIT.search, row)):
        return False
    every = all(kind is not None for kind, cell in zip(kinds, row, strict=True) if cell.strip())
    return every or (ROLL_NO in kinds and known_in(row) > 0)


def _row_above_numbers(rows: Sequence[Row]) -> int | None:
    """The row without a number above rows that have one in the same column: headings that aren't known."""
    begin = _titles(rows)
    place = _numbered(rows[begin:])
    if place is None:
        return None
    first = next(number for number, row in enumerate(rows) if number >= begin and _is_number(row[place]))
    return first - 1 if first > begin else None


def _titles(rows: Sequence[Row]) -> int:
    """How many rows at the top have a single cell with words, where most others have several cells."""
    several = sum(_filled(row) > 1 for row in rows) > len(rows) * _MOST
    titles = 0
    while several and titles < len(rows) - 1 and _is_title(rows[titles]):
        titles += 1
    return titles


def _is_title(row: Row) -> bool:
    words = " ".join(row).split()
    return _filled(row) == 1 and (len(words) > 1 or not _DIGIT.search(words[0]))


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _numbered(rows: Sequence[Row]) -> int | None:
    """The first column in which most rows have a number."""
    for place in range(len(rows[0])):
        if sum(_is_number(row[place]) for row in rows) >= max(1, len(rows) * _MOST):
            return place
    return None


def _is_number(cell: str) -> bool:
    """Whether a cell can be a roll number, and is no address, no date and no sentence."""
    return bool(_DIGIT.search(cell)) and not _NO_NUMBER.search(cell) and len(cell.split()) <= MOST_WORDS


def _guessed(rows: Sequence[Row]) -> tuple[str | None, ...]:
    """Roll number, name and address without headings: a column of numbers, and the first others.

    Nothing is guessed where no column has numbers: it may be a list of names, or no list at all.
    """
    kinds: list[str | None] = [None] * len(rows[0])
    number = _numbered(rows)
    if number is None:
        return tuple(kinds)
    kinds[number] = ROLL_NO
    others = [place for place in range(len(kinds)) if place != number]
    addresses = [place for place in others if any("@" in row[place] for row in rows)]
    names = [place for place in others if place not in addresses]
    for places, kind in ((names, NAME), (addresses, EMAIL)):
        if places:
            kinds[places[0]] = kind
    return tuple(kinds)


def _padded(row: Row, width: int) -> Row:
    return (*row, *([""] * (width - len(row))))[:width]
