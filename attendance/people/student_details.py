"""The stored data of students' faces: by how many photos each can be recognised, and what else is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from attendance.store.protocol import Store
from attendance.values import Student, Template


@dataclass(frozen=True)
class StudentDetails:
    """A student with the stored data of their face.

    Attributes:
        student: the student.
        templates: how many templates there are, of any engine.
        photos: by how many photos the student can be recognised now.
        waiting: how many photos only have templates of another engine or detector.
        faces: of how many photos the face is kept for later engines.
        has_portrait: whether a portrait is stored.
    """

    student: Student
    templates: int
    photos: int
    waiting: int
    faces: int
    has_portrait: bool


def student_details(store: Store, student: Student) -> StudentDetails:
    """A student with the stored data of their face."""
    templates = store.templates_of(student.id)
    photos = _sources(_in_use(store, templates))
    return StudentDetails(
        student,
        templates=len(templates),
        photos=len(photos),
        waiting=len(_sources(templates) - photos),
        faces=len(store.crops_of(student.id)),
        has_portrait=store.portrait_of(student.id) is not None,
    )


def photos_in_use(store: Store) -> Counter[str]:
    """By how many photos each active student can be recognised now, by the student's id."""
    pin = store.engine_pin()
    return Counter(store.count_photos() if pin is None else store.count_photos(pin.engine, pin.detector))


def _in_use(store: Store, templates: Iterable[Template]) -> list[Template]:
    """The templates of the engine and detector in use; all of them before any engine was chosen."""
    pin = store.engine_pin()
    return [each for each in templates if pin is None or each.is_by(pin.engine, pin.detector)]


def _sources(templates: Iterable[Template]) -> set[str]:
    return {template.source for template in templates}
