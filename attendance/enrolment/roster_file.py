"""Reads `roster.csv`: whom to enrol, one student a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attendance.errors import EnrolmentFolderError
from attendance.files.formula_guard import without_guard
from attendance.people.new_student import STUDENT_FIELDS, NewStudent
from attendance.values.roll_numbers import clean_text

FILE_NAME = "roster.csv"
COLUMNS = tuple("roll_no" if field == "roll_number" else field for field in STUDENT_FIELDS)
LIST_COLUMNS = (*COLUMNS, "photos", "consent")  # what the command list writes; the last two are not read
OTHER_NAMES = {
    "roll": "roll_no",
    "roll_number": "roll_no",
    "e_mail": "email",
    "guardian_e_mail": "guardian_email",
    "parent_email": "guardian_email",
}
DELIMITERS = ",;\t"  # spreadsheets write the semicolon where the comma is the decimal sign
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RosterRow:
    """One line of a roster.

    Attributes:
        line: its number in the file.
        person: its content; None where the cell is empty or the column is missing.
    """

    line: int
    person: NewStudent


@dataclass(frozen=True)
class Roster:
    """A roster as it was read.

    Attributes:
        rows: in the order of the file, each roll number once.
        unknown_columns: headings that this program doesn't know.
    """

    rows: tuple[RosterRow, ...] = ()
    unknown_columns: tuple[str, ...] = ()


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Args:
        path: a CSV file in UTF-8 (or the UTF-16 of spreadsheets) whose first line names the columns.

    Raises:
        EnrolmentFolderError: it can't be read; all wrong lines are listed together.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EnrolmentFolderError(f"{path} can't be read: {error.strerror}.") from error
    return parse_roster(data, str(path))


def parse_roster(data: bytes, source: str) -> Roster:
    """Read a roster that was sent.

    Args:
        data: a CSV file as in `read_roster`.
        source: what messages call it.

    Raises:
        EnrolmentFolderError: it can't be read; all wrong lines are listed together.
    """
    table = csv_table(data, source)
    headings = [heading_of(cell) for cell in table[0]] if table else []
    if "roll_no" not in headings:
        raise EnrolmentFolderError(
            f"{source} has no column roll_no in its first line. Name the columns there: {', '.join(COLUMNS)}."
        )
    if twice := sorted({h for h in headings if h in COLUMNS and headings.count(h) > 1}):
        raise EnrolmentFolderError(f"{source} has the column {twice[0]} twice. Keep one of them.")
    rows = tuple(_rows(table, headings))
    _refuse_wrong(source, rows)
    unknown = tuple(
        cell.strip() for cell in table[0] if cell.strip() and heading_of(cell) not in LIST_COLUMNS
    )
    return Roster(rows, unknown)


def csv_table(data: bytes, source: str) -> list[list[str]]:
    """The cells of a CSV file, line by line, whichever of the usual delimiters and encodings it has.

    Raises:
        EnrolmentFolderError: it is none.
    """
    lines = _text(data, source).splitlines(keepends=True)
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    try:
        return list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise EnrolmentFolderError(f"{source} is not a readable CSV file: {error}.") from error


def _text(data: bytes, source: str) -> str:
    """The file's text, whichever of the usual encodings it is in."""
    encoding = "utf-16" if data.startswith(UTF_16_MARKS) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EnrolmentFolderError(
            f"{source} is not in UTF-8 (byte {error.start}). "
            "Save it again as “CSV UTF-8” in your spreadsheet."
        ) from error


def heading_of(cell: str) -> str:
    """A column's name, however it is spaced and capitalised."""
    name = "_".join(cell.strip().lower().replace("-", " ").replace("_", " ").split())
    return OTHER_NAMES.get(name, name)


def _rows(table: list[list[str]], headings: list[str]) -> Iterator[RosterRow]:
    """The lines that are not empty."""
    for number, cells in enumerate(table[1:], start=2):
        values = {
            heading: clean_text(without_guard(cell)) or None
            for heading, cell in zip(headings, cells, strict=False)
        }
        if any(values.values()):
            said = {column: values.get(column) for column in COLUMNS[1:]}
            yield RosterRow(number, NewStudent(values.get("roll_no") or "", **said))


def _refuse_wrong(source: str, rows: tuple[RosterRow, ...]) -> None:
    """Raise for lines without a roll number and for roll numbers that come twice."""
    wrong = []
    first: dict[str, int] = {}
    for row in rows:
        number = row.person.roll_number
        if not number:
            wrong.append(f"line {row.line} has no roll number")
        elif number in first:
            wrong.append(f"line {row.line} repeats roll number {number} of line {first[number]}")
        first.setdefault(number, row.line)
    if wrong:
        raise EnrolmentFolderError(f"{source}: {'; '.join(wrong)}. Correct it and try again.")
