"""Recognises numbers that have lost their zeros in a spreadsheet: 7 beside 007 of the same name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from attendance.people.new_student import NewStudent
from attendance.values import Student
from attendance.values.roll_numbers import number_key, same_name, without_leading_zeros


class LostZeros:
    """Compares the students of a list with each other and with those who are in the register.

    Args:
        students: all of the register.
    """

    def __init__(self, students: Iterable[Student]) -> None:
        self._known: dict[str, list[tuple[str, str]]] = defaultdict(list)  # roll number and name
        self._keys: set[str] = set()
        for student in students:
            self._add(student.roll_number, student.name)

    def reason(self, person: NewStudent) -> str | None:
        """Why a student of the list is likely one with another number; if not, they are known from now on."""
        if number_key(person.roll_number) in self._keys:
            return None
        for number, name in self._known[without_leading_zeros(person.roll_number)]:
            if person.name is not None and same_name(person.name, name):
                return (
                    f"{name} has the roll number {number}, and spreadsheets drop zeros in front. Write "
                    f"{number} if it is the same student; if not, add this one by hand."
                )
        self._add(person.roll_number, person.name or "")
        return None

    def _add(self, number: str, name: str) -> None:
        self._keys.add(number_key(number))
        self._known[without_leading_zeros(number)].append((number, name))
