"""Who is meant by a roll number, or by what other software names students by: an id or a roll number."""

from __future__ import annotations

from collections.abc import Iterable

from attendance.errors import StudentNotFoundError
from attendance.store.protocol import Store
from attendance.values import Student


def with_number(store: Store, roll_number: str) -> Student:
    """The student with this roll number, however it is written.

    Raises:
        StudentNotFoundError: there is none, or several in a register from before, and none of them has it
            as it is written here.
    """
    student = store.student_by_roll(roll_number)
    if student is None:
        raise _ambiguous(store, [roll_number]) or StudentNotFoundError(
            f"No student has the roll number {roll_number!r}."
        )
    return student


def all_named(store: Store, names: Iterable[str]) -> list[Student]:
    """The students with these ids or roll numbers, each once, in the order in which they are named.

    A name is taken for an id first, and for a roll number only if nobody has such an id. An id never changes,
    so whoever stored it reaches the same student whatever roll numbers others get.

    Raises:
        StudentNotFoundError: names that nobody has, all of them, or a roll number of several students in a
            register from before.
    """
    found = {name: _named(store, name) for name in names}
    unknown = [name for name, student in found.items() if student is None]
    if unknown:
        looked_for = ", ".join(map(repr, unknown))
        raise _ambiguous(store, unknown) or StudentNotFoundError(
            f"No student has the id or roll number {looked_for}."
        )
    return list({student.id: student for student in found.values() if student is not None}.values())


def named(store: Store, name: str) -> Student:
    """The student with this id or roll number; see ``all_named``.

    Raises:
        StudentNotFoundError: there is none, or it is a roll number of several students.
    """
    (student,) = all_named(store, [name])
    return student


def whoever_is_named(store: Store, name: str) -> list[Student]:
    """All who may be meant by an id or roll number, for filters: nobody, one, or twins in an old register."""
    student = store.student(name)
    return store.students_with_number(name) if student is None else [student]


def _named(store: Store, name: str) -> Student | None:
    return store.student(name) or store.student_by_roll(name)


def _ambiguous(store: Store, roll_numbers: Iterable[str]) -> StudentNotFoundError | None:
    """The error for the first roll number that several students have, written differently."""
    for roll_number in roll_numbers:
        if twins := store.students_with_number(roll_number):
            known = " and ".join(repr(twin.roll_number) for twin in twins)
            return StudentNotFoundError(
                f"The roll number {roll_number!r} may be {known}. Write it exactly as one of them is."
            )
    return None
