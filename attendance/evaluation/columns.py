"""Groups of people by a column: of the register, or of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attendance.errors import EvaluationDataError
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.lists.list_file import read_file
from attendance.lists.table import Table
from attendance.people.new_student import STUDENT_FIELDS
from attendance.store.protocol import Store
from attendance.values.roll_numbers import clean_text, number_key, plain_words

NO_VALUE = "(none)"
"""The group of those whose cell is empty, or who are not in the list."""


def groups_in_register(store: Store, column: str, people: Sequence[str]) -> dict[str, str]:
    """The group of each student by a field of the register.

    Raises:
        EvaluationDataError: there is no such field.
    """
    known = {_words(field): field for field in STUDENT_FIELDS}
    field = known.get(_words(column))
    if field is None:
        raise EvaluationDataError(
            f"Students have no column {column!r}. They have {', '.join(STUDENT_FIELDS)}. "
            "Give another list with --list."
        )
    students = {student.id: student for student in store.students()}
    return {person: str(getattr(students[person], field) or NO_VALUE) for person in people}


def groups_in_list(path: Path, column: str, faces: LabelledFaces) -> dict[str, str]:
    """The group of each person by a column of a list.

    The first line of the list has the headings. The person of a line is who is called as one of its other
    cells: by the roll number, the name or the folder.

    Args:
        path: a CSV or Excel file.
        column: the heading.
        faces: the people.

    Raises:
        EvaluationDataError: the list has no such column, or nobody of the people.
        StudentListError: it can't be read.
    """
    table = read_file(path).tables[0]
    place = _place(table, column, path)
    called = _called(faces.names)
    groups: dict[str, str] = {}
    for row in table.rows[1:]:
        cells = [cell for number, cell in enumerate(row) if number != place]
        person = next((called[key] for cell in cells if (key := number_key(cell)) in called), None)
        if person is not None:
            groups[person] = clean_text(row[place]) if place < len(row) else ""
    if not groups:
        raise EvaluationDataError(
            f"{path.name} has none of the {len(faces.names)} people. One of its columns must have their roll "
            "numbers, names or folders."
        )
    return {person: groups.get(person) or NO_VALUE for person in faces.keys}


def _place(table: Table, column: str, path: Path) -> int:
    headings = [_words(cell) for cell in table.rows[0]] if table.rows else []
    if _words(column) not in headings:
        shown = ", ".join(clean_text(cell) for cell in table.rows[0]) if table.rows else "none"
        raise EvaluationDataError(f"{path.name} has no column {column!r}. It has {shown}.")
    return headings.index(_words(column))


def _words(heading: str) -> str:
    return " ".join(plain_words(heading))


def _called(names: Mapping[str, str]) -> dict[str, str]:
    """The person of each name, roll number and key that only one of them has."""
    found: dict[str, set[str]] = {}
    for person, name in names.items():
        first, _, rest = name.partition(" ")
        for text in {person, name, first, rest}:
            if key := number_key(text):
                found.setdefault(key, set()).add(person)
    return {key: next(iter(people)) for key, people in found.items() if len(people) == 1}
