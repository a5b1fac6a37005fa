"""The student chosen for each face: read from the form, and checked against the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask_babel import gettext as _

from attendance.classroom.jobs.values import ClassroomJob
from attendance.values import Course
from client.access.shown_faces import shown_portrait
from client.teacher.classroom.result_view import NOBODY, NamedStudents, Picked
from client.web.services import the_register

MOST_TYPED = 200  # letters of a name that are looked at


def roster_of(course: Course, job: ClassroomJob | None = None) -> NamedStudents:
    """The students whom a face of a job can be."""
    register = the_register()
    members = tuple(register.courses.members(course))
    ids = {candidate.student_id for face in (job.faces if job else ()) for candidate in face.candidates}
    left = ids - {student.id for student in members}
    others = [register.store.student(student_id) for student_id in sorted(left)]
    return NamedStudents(
        members=members,
        others=tuple(student for student in others if student is not None),
        portraits=frozenset(one for one in ids if shown_portrait(one) is not None),
    )


def picks_of_form(job: ClassroomJob, form: Mapping[str, str], roster: NamedStudents) -> dict[str, Picked]:
    """The choice for each face; an impossible one carries its error."""
    return {
        face.key: _pick(
            form.get(f"face-{face.key}", ""), form.get(f"other-{face.key}", "").strip()[:MOST_TYPED], roster
        )
        for face in job.faces
    }


def choices_of(picks: Mapping[str, Picked], roster: NamedStudents) -> dict[str, str | None]:
    """Each face with the id of its student, or None; undecided faces are omitted."""
    chosen: dict[str, str | None] = {}
    for key, picked in picks.items():
        if picked.typed:
            student = roster.typed(picked.typed)
            chosen[key] = student.id if student is not None else None
        elif picked.value:
            chosen[key] = None if picked.value == NOBODY else picked.value
    return chosen


def said_in(form: Mapping[str, str], roster: NamedStudents) -> set[str]:
    """Ids of the students that a form names, whatever faces there are (any more)."""
    said = {value for key, value in form.items() if key.startswith("face-") and value not in ("", NOBODY)}
    for key, text in form.items():
        student = roster.typed(text[:MOST_TYPED]) if key.startswith("other-") and text.strip() else None
        if student is not None:
            said.discard(form.get(key.replace("other-", "face-", 1), ""))
            said.add(student.id)
    return said


def twice(picks: Mapping[str, Picked], faces: Iterable[str]) -> dict[str, Picked]:
    """The same picks, with an error for faces of one picture that name the same student."""
    wrong = set(faces)
    sentence = str(_("The same student is chosen for another face in this picture. Change one of them."))
    return {key: replace(one, error=sentence) if key in wrong else one for key, one in picks.items()}


def names_of(student_ids: Iterable[str]) -> list[str]:
    """Names of students; those who were removed since are left out."""
    students = (the_register().store.student(student_id) for student_id in student_ids)
    return [student.name for student in students if student is not None]


def _pick(value: str, typed: str, roster: NamedStudents) -> Picked:
    if typed:
        if roster.typed(typed) is None:
            sentence = _("There is no “%(name)s” in this class. Choose from the list.", name=typed[:40])
            return Picked(value, typed, str(sentence))
        return Picked("", typed)
    if value in ("", NOBODY) or roster.student(value) is not None:
        return Picked(value)
    return Picked("", "", str(_("This student is not in this class. Choose another.")))
