"""Reasons not to enrol a student whose photos were read."""

from __future__ import annotations

import numpy as np

from attendance.enrolment.enrolled_faces import EnrolledFaces
from attendance.enrolment.enrolment_case import Case, Refusal
from attendance.enrolment.enrolment_result import PhotoStatus
from attendance.enrolment.same_person_check import is_duplicate, odd_ones_out, photos_agree
from attendance.people.new_student import NewStudent
from attendance.store.protocol import Store
from attendance.values import Student
from attendance.values.roll_numbers import same_name
from face_matching.decision import DecisionPolicy

WITHDRAWN = "has withdrawn consent."
DRY_RUN = "dry run|"  # begins the ids of students that a dry run pretends to have enrolled


def does_not_agree(student: Student) -> str:
    """Why a student without consent that counts is not enrolled, whatever a file states for all."""
    if student.withdrawn is not None:
        remedy = "If they agree again, record that first, on the student's page."
        return f"{student.roll_number} {WITHDRAWN} {remedy}"
    return (
        f"The consent of {student.roll_number} ended on {student.consent_ends}. Record the new one first, on "
        "the student's page."
    )


def is_somebody_else(existing: Student, person: NewStudent) -> bool:
    """Whether a roll number that is written differently in the register comes with another name, too."""
    if person.roll_number == existing.roll_number or person.name is None:
        return False
    return existing.name != existing.roll_number and not same_name(person.name, existing.name)


def same_number_as(person: NewStudent, other: Student) -> str:
    """Why a roll number that only looks new is refused."""
    return (
        f"{person.roll_number} is the same roll number as {other.roll_number}, which another student has. "
        "Give one of the two another number."
    )


def name_before(existing: Student | None, student: Student) -> str | None:
    """The name that a student has in the register, where another one is given; a bare roll number is none."""
    if existing is None or existing.name in (student.name, existing.roll_number):
        return None
    return existing.name


def too_few_photos(case: Case) -> Refusal | None:
    """Whether no photo is left to know the student by."""
    if case.usable or any(outcome.status is PhotoStatus.KNOWN for outcome in case.outcomes):
        return None
    count = len(case.outcomes)
    return Refusal("Its photo can't be used." if count == 1 else f"None of its {count} photos can be used.")


def disagreement(case: Case, policy: DecisionPolicy, faces: EnrolledFaces) -> Refusal | None:
    """Whether the photos show different people, or another person than was enrolled before.

    Args:
        case: the student.
        policy: the rule of decision.
        faces: all enrolled faces: two photos of one person are more alike than those of the people who
            resemble them.
    """
    rows = [template.embedding for template in case.known] + [photo.embedding for photo in case.usable]
    if len(rows) < 2:
        return None
    agree = photos_agree(np.stack(rows), case.student.id, policy, faces)
    odd = odd_ones_out(agree, trusted=len(case.known))
    names = [case.usable[row - len(case.known)].name for row in odd]
    if not names:
        return None
    listed = ", ".join(names)
    if case.known:
        reason = f"{listed}: not the person enrolled as {case.student.roll_number}."
    elif len(names) == len(case.usable):
        reason = f"The photos show different people, and it is unclear who is meant: {listed}."
    else:
        reason = f"{listed}: not the person on the other photos."
    return Refusal(reason, dict.fromkeys(names, "It shows a different person than the others."))


def look_alike(
    case: Case, policy: DecisionPolicy, faces: EnrolledFaces, store: Store, *, among: int = 0
) -> Refusal | None:
    """Whether a face would be mistaken for another student's at a check-in.

    Args:
        case: the student.
        policy: the rule of decision.
        faces: all enrolled faces.
        store: knows their names.
        among: how many others there will be at least, where more are about to come.
    """
    for photo in case.usable:
        nearest = faces.nearest_other(photo.embedding, case.student.id)
        if nearest is None or not is_duplicate(nearest, policy, among):
            continue
        student = store.student(nearest.student_id)
        other = student.roll_number if student else nearest.student_id.removeprefix(DRY_RUN)
        reason = (
            f"The face of {case.student.roll_number} on {photo.name} would be mistaken for {other}. If "
            "they are two people, enrol this one with --allow-look-alike. Check-ins of both then go to "
            "review."
        )
        return Refusal(reason, {photo.name: f"It would be mistaken for {other}."}, looks_like=other)
    return None
