"""Finds kept answers that name an erased student, for both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from attendance.values import Student
from attendance.values.check_ins import ERASED_ANSWER

CHECKED_IN = "student_id"  # the key of answers to check-ins, which are deleted; those of the API are replaced
_COMMON = ("roll_number", "department", "year")  # too short or too common to be searched inside of texts


def answer_without(
    answer: Mapping[str, Any], student_id: str, student: Student | None
) -> dict[str, Any] | None:
    """What is left of an answer once a student is erased.

    Args:
        answer: a kept answer.
        student_id: who is erased.
        student: the student's details, if they are still known.

    Returns:
        The same answer if it doesn't name the student; ``ERASED_ANSWER`` for the API's, so that the repeated
        request isn't done again; None for one that is to be deleted.
    """
    if not any(_names(text, student_id, student) for text in _texts(answer)):
        return dict(answer)
    return None if CHECKED_IN in answer else dict(ERASED_ANSWER)


def _names(text: str, student_id: str, student: Student | None) -> bool:
    if student_id in text:
        return True
    if student is None:
        return False
    if text == student.roll_number or repr(student.roll_number) in text:
        return True
    values = {
        field.name: getattr(student, field.name) for field in fields(student) if field.name not in _COMMON
    }
    return any(value in text for value in values.values() if isinstance(value, str) and value)


def _texts(value: object) -> Iterator[str]:
    """All texts in a value, also those in JSON inside of it."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            try:
                yield from _texts(json.loads(value))
            except ValueError:
                return
