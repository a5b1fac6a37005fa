"""The faces of the enrolled students, and the classes that are searched for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attendance.errors import EvaluationDataError
from attendance.evaluation.labelled_faces import Acquisition, LabelledFaces
from attendance.recognition.galleries import usable_templates
from attendance.store.protocol import Store
from attendance.values import EnginePin, Template

EVERYBODY = "Everybody"


@dataclass(frozen=True)
class NamedClass:
    """A class to be searched.

    Attributes:
        name: of the course.
        people: the keys of its students who have a face.
    """

    name: str
    people: tuple[str, ...]


def enrolled_faces_of(store: Store, pin: EnginePin) -> LabelledFaces:
    """All templates of active students, by the engine in use.

    Args:
        store: the register's database.
        pin: the engine and detector in use.

    Raises:
        EvaluationDataError: fewer than two students have a face.
        EngineMismatchError: all templates are of another engine.
    """
    students = {student.id: student for student in store.students() if student.active}
    found = [t for t in usable_templates(store, pin.engine, pin.detector) if t.student_id in students]
    with_face = {template.student_id for template in found}
    if len(with_face) < 2:
        raise EvaluationDataError(
            f"{len(with_face)} students have a face in the register. An evaluation compares students with "
            "each other: enrol photos of two or more."
        )
    found.sort(key=lambda template: (template.student_id, template.created_at, template.id))
    agreed = [student for student in students.values() if student.consent is not None]
    return LabelledFaces(
        engine=pin.engine,
        detector=pin.detector,
        embeddings=np.stack([np.asarray(template.embedding, np.float32) for template in found]),
        people=tuple(template.student_id for template in found),
        photos=tuple(
            f"{students[template.student_id].roll_number}, photo {place}"
            for template, place in zip(found, _places(found), strict=True)
        ),
        names={student.id: f"{student.roll_number} {student.name}" for student in students.values()},
        acquisition=Acquisition(
            None,
            {},
            len(agreed),
            tuple(student.id for student in agreed if student.id not in with_face),
        ),
    )


def classes_of_site(store: Store, faces: LabelledFaces) -> tuple[NamedClass, ...]:
    """The rosters of the courses in use, and everybody where a course has no roster, or none is left.

    Classes with fewer than two students with a face are left out; of equal rosters, one is searched.
    """
    everybody = faces.keys
    found: dict[tuple[str, ...], list[str]] = {}
    for course in store.courses():
        if course.active:
            members = set(everybody if course.roster is None else course.roster)
            found.setdefault(tuple(key for key in everybody if key in members), []).append(course.name)
    classes = tuple(NamedClass(", ".join(names), who) for who, names in found.items() if len(who) > 1)
    return classes or (NamedClass(EVERYBODY, everybody),)


def _places(templates: Sequence[Template]) -> list[int]:
    """The number of each template among those of its student, from 1."""
    seen: Counter[str] = Counter()
    places = []
    for template in templates:
        seen[template.student_id] += 1
        places.append(seen[template.student_id])
    return places
