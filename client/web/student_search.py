"""Search for students by words."""

from __future__ import annotations

from attendance.values import Student
from attendance.values.roll_numbers import clean_text


def matches(student: Student, text: str) -> bool:
    """Whether each word of a text occurs in a student's details."""
    fields = (
        student.roll_number,
        student.name,
        student.email,
        student.department,
        student.year,
        student.guardian_email,
    )
    everything = " ".join(field for field in fields if field).casefold()
    return all(word in everything for word in clean_text(text).casefold().split())
