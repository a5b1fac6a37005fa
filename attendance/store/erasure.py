"""What erasing a student deletes, for both databases: the counts, and the kept answers with the name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from attendance.values import Student
from attendance.values.check_ins import ERASED_ANSWER

CHECKED_IN = "student_id"  # the key of answers to check-ins, which are deleted; those of the API are replaced
SEALED_TEXT = "sealed."  # begins a sealed text; base64 follows, which names nobody, whatever it spells
_COMMON = ("roll_number", "department", "year")  # too short or too common to be searched inside of texts


@dataclass(frozen=True)
class Erasure:
    """How many records of each place were deleted or changed; 0 where there was nothing.

    Attributes:
        students: the record with details and consent; 0: somebody else had deleted it before.
        templates, crops, portraits: of the face.
        marks, traces, notices, changes: records about the student; ``changes``: who changed details.
        alarms: those that named the student.
        reviews: check-ins in review about the student, which were deleted.
        candidates: other reviews in which the student was one of several candidates.
        answers: kept answers to phones and other software that named the student.
        rosters, sessions: courses and sessions whose lists had the student.
        audit_keys: keys of the hashes in the audit trail.
        data_keys: keys with which the student's records were sealed.
        snapshots: files of pictures.
        classroom_photos: photos of a room whose readings, decisions or marks named the student.
        computed: what was made of faces: a trained classifier, an evaluation, galleries in memory.
    """

    students: int = 0
    templates: int = 0
    crops: int = 0
    portraits: int = 0
    marks: int = 0
    traces: int = 0
    notices: int = 0
    changes: int = 0
    alarms: int = 0
    reviews: int = 0
    candidates: int = 0
    answers: int = 0
    rosters: int = 0
    sessions: int = 0
    audit_keys: int = 0
    data_keys: int = 0
    snapshots: int = 0
    classroom_photos: int = 0
    computed: int = 0

    def __add__(self, other: Erasure) -> Erasure:
        """The counts of two steps of one erasure."""
        return Erasure(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


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
    """All texts in a value that aren't sealed, also those in JSON inside of it."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and not value.startswith(SEALED_TEXT):
        yield value
        if value[:1] in ("{", "["):
            try:
                yield from _texts(json.loads(value))
            except ValueError:
                return
