"""Search for students by words."""

from __future__ import annotations

from attendance.people.new_student import details_of
from attendance.values import Student
from attendance.values.roll_numbers import is_found, search_words

UNSEARCHED = {"phone", "image_id"}  # whose digits would be found for a roll number
NAMES = {"roll_number", "name"}


def matches(student: Student, text: str, *, details: bool) -> bool:
    """Whether each word of a text occurs in what is searched of a student, however it is written.

    Args:
        student: who it may be.
        text: the words.
        details: whether more than roll number and name is searched. Who may not read the details must not
            find out by searching for them.
    """
    searched = [
        detail
        for field, detail in details_of(student).items()
        if detail and (field in NAMES or (details and field not in UNSEARCHED))
    ]
    return is_found(search_words(text), searched)
