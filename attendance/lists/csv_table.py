"""Divides a CSV file into cells, whichever delimiter it has."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

from attendance.errors import StudentListError
from attendance.lists.table import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Row, Table

DELIMITERS = "\t;|,"  # a comma is also in names and departments, the others hardly ever
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\t;|,]*', re.IGNORECASE)  # Excel's own first line
_LINE_ENDS = re.compile("\r\n|\r|\n")  # not those that only Unicode knows: they may be in a name
_LOOKED_AT = 200  # lines, from which the delimiter is told

Known = Callable[[Row], int]


def csv_table(text: str, source: str, *, known: Known) -> Table:
    """The cells of a CSV file.

    A line whose quotation marks don't match is not divided, and all others are.

    Args:
        text: all of it.
        source: what messages call it.
        known: how many headings of a row are known; that tells delimiters apart.

    Raises:
        StudentListError: it has too many lines.
    """
    lines = _lines(text)
    if len(lines) > MOST_ROWS:
        raise StudentListError(f"{source} has more than {MOST_ROWS:,} lines. Import it in parts.")
    said = _SEPARATOR_LINE.fullmatch(lines[0].strip()) if lines else None
    delimiter = said[1] if said else _delimiter(lines, known)
    try:
        rows = _divided("\n".join(lines), delimiter)
        unreadable: list[int] = []
    except csv.Error:
        rows, unreadable = _line_by_line(lines, delimiter)
    if said:
        rows = [(), *rows[1:]]
    rows = _joined(rows, delimiter)
    if sum(map(len, rows)) > MOST_CELLS:
        raise StudentListError(f"{source} has more than {MOST_CELLS:,} cells. Import it in parts.")
    return Table(tuple(row[:MOST_COLUMNS] for row in rows), unreadable=frozenset(unreadable))


def _lines(text: str) -> list[str]:
    lines = _LINE_ENDS.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def _divided(text: str, delimiter: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [tuple(cells) for cells in reader]


def _line_by_line(lines: list[str], delimiter: str) -> tuple[list[Row], list[int]]:
    """Each line for itself, and the numbers of those that can't be divided."""
    rows: list[Row] = []
    unreadable = []
    for number, line in enumerate(lines):
        try:
            rows += _divided(line, delimiter) or [()]
        except csv.Error:
            rows.append((line,))
            unreadable.append(number)
    return rows, unreadable


def _joined(rows: list[Row], delimiter: str) -> list[Row]:
    """The rows of lists that were put together and have different delimiters.

    A line in one piece, below lines of several cells, has another delimiter where that makes as many of it. A
    comma with a space behind it belongs to a sentence.
    """
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    if not lengths:
        return rows
    usual = lengths.most_common(1)[0][0]
    begin = next(number for number, row in enumerate(rows) if len(row) == usual)
    return [
        _divided_otherwise(row, delimiter, usual) if number > begin and len(row) == 1 else row
        for number, row in enumerate(rows)
    ]


def _divided_otherwise(row: Row, delimiter: str, usual: int) -> Row:
    for other in DELIMITERS.replace(delimiter, ""):
        if other == "," and ", " in row[0]:
            continue
        with suppress(csv.Error):
            cells = next(csv.reader(row, delimiter=other, strict=True), row)
            if len(cells) == usual:
                return tuple(cells)
    return row


def _delimiter(lines: list[str], known: Known) -> str:
    """The delimiter by which headings become known, or else most lines have as many cells."""
    some = [line for line in islice(lines, _LOOKED_AT) if line.strip()]

    def rating(delimiter: str) -> tuple[int, float]:
        rows, _ = _line_by_line(some, delimiter)
        lengths = Counter(map(len, rows))
        usual, count = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        headings = max((known(row[:MOST_COLUMNS]) for row in rows if len(row) > 1), default=0)
        return headings, round(count / max(1, len(rows)), 1) if usual > 1 else 0.0

    best = max(DELIMITERS, key=rating)  # the first of several that are as good
    return best if rating(best) > (0, 0.0) else ","
