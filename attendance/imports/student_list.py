"""Reads ``studentdetails.csv``: a line for each student, ``id,name``, with or without a heading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attendance.enrolment.enrolment_folder import Aside, FolderEntry, FolderPlan
from attendance.enrolment.roster_file import COLUMNS, csv_table, heading_of
from attendance.errors import EnrolmentFolderError, RollNumberError
from attendance.files.formula_guard import without_guard
from attendance.people.new_student import NewStudent, cleaned
from attendance.values.roll_numbers import clean_text

LARGEST_LIST = 20_000_000  # bytes; a line for each student of the largest universities is a tenth of it
HEADERLESS = ("roll_no", "name")
IDS = ("id", "roll_no", "enrolment", "enrollment", "enrolment_id", "enrollment_id", "student_id", "usn")
NAMES = ("name", "student_name", "full_name")
_KNOWN = (
    dict.fromkeys((*IDS, *(heading.replace("_", "") for heading in IDS)), "roll_no")
    | dict.fromkeys((*NAMES, *(heading.replace("_", "") for heading in NAMES)), "name")
    | {column: column for column in COLUMNS}
)
"""What other systems call the columns; the words may be joined, as in ``EnrollmentID``."""


@dataclass(frozen=True)
class _Shape:
    """How the file is laid out: the columns, and how many lines come before the first student."""

    columns: tuple[str | None, ...]
    skipped: int
    unknown: tuple[str, ...]


def read_student_list(path: Path) -> FolderPlan:
    """Read a list of students.

    Args:
        path: a CSV file in UTF-8 (or the UTF-16 of spreadsheets). Where the first line names the columns,
            they are taken as named; else the first column is the roll number and the second the name.

    Returns:
        Whom to import, what can't be imported, and what was ignored without loss.

    Raises:
        EnrolmentFolderError: the file can't be read as such a list.
    """
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise EnrolmentFolderError(
                f"{path} has {path.stat().st_size} bytes; a list of students may have at most {LARGEST_LIST}."
            )
        data = path.read_bytes()
    except OSError as error:
        raise EnrolmentFolderError(f"{path} can't be read: {error.strerror}.") from error
    return parse_student_list(data, path.name)


def parse_student_list(data: bytes, source: str) -> FolderPlan:
    """Read a list of students that is in memory; see ``read_student_list``.

    Args:
        data: the file.
        source: what messages call it.

    Raises:
        EnrolmentFolderError: it can't be read as such a list.
    """
    table = csv_table(data, source)
    first = next((number for number, cells in enumerate(table) if any(map(str.strip, cells))), None)
    if first is None:
        raise EnrolmentFolderError(f"{source} is empty. It needs a line for each student: id,name")
    shape = _shape(table[first])
    entries: dict[str, FolderEntry] = {}
    refused: list[Aside] = []
    notes = [f"{source}: the column “{column}” is unknown and was ignored." for column in shape.unknown]
    for number, cells in list(enumerate(table, start=1))[first + shape.skipped :]:
        found = _line(cells, shape, f"{source}, line {number}")
        if isinstance(found, Aside):
            refused.append(found)
        if not isinstance(found, FolderEntry):
            continue
        earlier = entries.setdefault(found.roll_number or "", found)
        if earlier is not found and earlier.name == found.name:
            notes.append(f"{found.source} repeats {found.roll_number} and was skipped.")
        elif earlier is not found:
            refused.append(_contradiction(found, earlier))
    if not entries and not refused:
        raise EnrolmentFolderError(f"{source} has column names but no students.")
    return FolderPlan(tuple(entries.values()), tuple(refused), tuple(notes))


def _shape(first_line: list[str]) -> _Shape:
    """The layout, by the first line: names of columns, or a student already."""
    headings = [_KNOWN.get(heading_of(cell)) for cell in first_line]
    if "roll_no" not in headings:
        extra = max(0, len(first_line) - len(HEADERLESS))
        unknown = tuple(str(number) for number in range(3, 3 + extra))
        return _Shape((*HEADERLESS, *([None] * extra)), 0, unknown)
    once = [heading if heading not in headings[:place] else None for place, heading in enumerate(headings)]
    pairs = zip(first_line, once, strict=True)
    return _Shape(
        tuple(once), 1, tuple(cell.strip() for cell, taken in pairs if taken is None and cell.strip())
    )


def _line(cells: list[str], shape: _Shape, source: str) -> FolderEntry | Aside | None:
    """The student of a line, or why there is none; None where the line is empty."""
    texts = [clean_text(without_guard(cell)) or None for cell in cells]
    if not any(texts):
        return None
    fields = {column: text for column, text in zip(shape.columns, texts, strict=False) if column is not None}
    roll_number = fields.pop("roll_no", None)
    if roll_number is None:
        return Aside(source, "The line has no id.")
    try:
        person = cleaned(NewStudent(roll_number, **fields))
    except RollNumberError as error:
        return Aside(source, str(error))
    return FolderEntry(source, person, has_folder=False)


def _contradiction(found: FolderEntry, earlier: FolderEntry) -> Aside:
    """Why the second line of an id can't be taken over."""
    return Aside(
        found.source,
        f"{found.roll_number} is “{found.name or ''}” here and “{earlier.name or ''}” in "
        f"{earlier.source.rpartition(', ')[2]}, which was imported. Keep the right one.",
    )
