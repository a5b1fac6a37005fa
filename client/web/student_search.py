"""Finding students by words."""

from __future__ import annotations

from attendance.people.new_student import details_of
from attendance.values import Student
from attendance.values.roll_numbers import clean_text

UNSEARCHED = {"phone"}


def matches(student: Student, text: str) -> bool:
    """Whether every word of a text is somewhere in a student's details."""
    details = details_of(student)
    searched = [detail for field, detail in details.items() if detail and field not in UNSEARCHED]
    everything = " ".join(searched).casefold()
    return all(word in everything for word in clean_text(text).casefold().split())
