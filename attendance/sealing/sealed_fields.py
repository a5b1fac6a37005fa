"""Which fields of which values are sealed, for whom, and in which place: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attendance.sealing.data_keys import FACE, JOB, PERSON, SITE
from attendance.store.erasure import CHECKED_IN
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import (
    CheckInTrace,
    FaceCrop,
    GrantAnswer,
    Notice,
    Portrait,
    Session,
    Student,
    Template,
)


@dataclass(frozen=True)
class SealedFields:
    """What is sealed of one kind of value.

    Attributes:
        table: names the kind in the place of its records.
        fields: the names of the fields; None stays None.
        subject: whose key seals a value.
        record: what distinguishes a value from all others of its kind, as parts of its place.
        unreadable: what a field reads as that can't be opened; None: the whole value is an error then.
    """

    table: str
    fields: tuple[str, ...]
    subject: Callable[[Any], str]
    record: Callable[[Any], tuple[str, ...]]
    unreadable: str | None = None


def _face(value: Template | FaceCrop | Portrait) -> str:
    return FACE + value.student_id


def _person(student_id: str | None) -> str:
    return SITE if student_id is None else PERSON + student_id


SEALED: Mapping[type, SealedFields] = {
    Template: SealedFields(
        "templates",
        ("embedding",),
        _face,
        lambda each: (each.student_id, each.id, each.engine, each.detector),
    ),
    FaceCrop: SealedFields(
        "crops", ("jpeg",), _face, lambda each: (each.student_id, each.source, each.detector)
    ),
    Portrait: SealedFields("portraits", ("jpeg",), _face, lambda each: (each.student_id, each.source)),
    Student: SealedFields(
        "students",
        ("email", "phone", "guardian_email", "guardian_name"),
        lambda each: _person(each.id),
        lambda each: (each.id,),
    ),
    Notice: SealedFields(
        "notices", ("to",), lambda each: _person(each.student_id), lambda each: (each.key, each.student_id)
    ),
    GrantAnswer: SealedFields(
        "answers",
        ("answer",),
        lambda each: _person(each.answer.get(CHECKED_IN)),
        lambda each: (each.grant_id, each.digest),
    ),
    CheckInTrace: SealedFields(
        "traces",
        ("picture",),
        lambda each: _person(each.student_id),
        lambda each: (each.id, each.session_id, each.digest),
    ),
    Session: SealedFields(
        "sessions", ("secret",), lambda _each: SITE, lambda each: (each.id, each.course_id)
    ),
    PhotoJob: SealedFields(
        "photo_jobs",
        ("wanted", "reading", "decision", "marks"),
        lambda each: JOB + each.id,
        lambda each: (each.id, each.session_id),
        unreadable="",  # no JSON, so that a damaged job delays no other
    ),
}
"""The secret of a second factor is missing here: ``attendance.accounts.totp`` seals it."""
