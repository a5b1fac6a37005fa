"""A table as it is in a file: texts, and which of them a spreadsheet has changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

MOST_COLUMNS = 100  # that are looked at; exports of other systems have up to about 60
MOST_ROWS = 100_000  # a line for each student of the largest universities
MOST_CELLS = 2_000_000

Row = tuple[str, ...]
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')


class Damage(Enum):
    """Why a cell can't be what somebody typed into it; each a sentence about its text."""

    ROUNDED = "a spreadsheet has shortened this number"
    DECIMALS = "a spreadsheet has added decimals to this number"
    TOO_LONG = "spreadsheets keep only the first 15 digits of such a number"
    DATE = "a spreadsheet has made a date of it"
    TRUTH = "a spreadsheet has made true or false of it"
    ERROR = "it is an error of the spreadsheet"
    FORMULA = "it is a formula without a result; open the file in a spreadsheet and save it again"
    HIDDEN = "the column was too narrow to show it"


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, or of one sheet.

    Attributes:
        rows: their cells as text, empty rows included; row 0 is line 1.
        name: of the sheet; empty where there is none.
        damaged: what is known of single cells, by row and column from 0.
        unreadable: rows that can't be divided into cells, which they are then not.
    """

    rows: tuple[Row, ...]
    name: str = ""
    damaged: Mapping[tuple[int, int], Damage] = field(default_factory=dict)
    unreadable: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ListFile:
    """A file that was read.

    Attributes:
        tables: one for each sheet that is shown, at least one.
        encoding: how the letters of a text are stored; empty for other files.
        skipped_sheets: names of hidden sheets.
    """

    tables: tuple[Table, ...]
    encoding: str = ""
    skipped_sheets: tuple[str, ...] = ()


def literal_of(formula: str) -> str | None:
    """The text of a formula such as ``="007"``, by which spreadsheets leave 007 as it is; else None."""
    found = _LITERAL.fullmatch(formula)
    return None if found is None else found[1].replace('""', '"')
