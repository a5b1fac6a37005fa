"""Repeats erasures in a restored register: who was erased since the backup must not come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from attendance.backup.restored_keys import KeysOfStudents
from attendance.people.consent_rules import with_objection
from attendance.sealing.data_keys import ERASED, FACE, PERSON, SITE, objected
from attendance.sealing.sealed_fields import SEALED
from attendance.store.protocol import Store
from attendance.values import ConsentParty, Student, Withdrawal

RESTORED_BY = "restore"  # who records an objection again: who did so first isn't known


@dataclass(frozen=True)
class Erasures:
    """What was erased again.

    Attributes:
        students: how many students were removed.
        faces: how many lost their consent and their face, because they had withdrawn it.
        records: how many other records were deleted that nobody can read any more.
        objections: of how many students an objection is on record again.
    """

    students: int
    faces: int
    records: int
    objections: int = 0

    def __bool__(self) -> bool:
        return bool(self.students or self.faces or self.records or self.objections)


def repeat_erasures(store: Store, keys: KeysOfStudents, now: datetime) -> Erasures:
    """Erase again who was erased since, and delete what has no key.

    A student whom the keys call erased, or whose addresses have no key, was erased. One who consented, and
    whose face has no key, or another one than then, has withdrawn since. Objections that the keys know are on
    record again.

    Args:
        store: the restored register, without its seal.
        keys: of its students. If they are lost for another reason, nobody was erased.
        now: aware UTC.
    """
    students = faces = objections = 0
    subjects = keys.subjects
    for student in store.students():
        is_unreadable = PERSON + student.id not in subjects and _has_addresses(student)
        if ERASED + student.id in subjects or (is_unreadable and not keys.are_lost):
            store.remove_student(student.id)
            students += 1
            continue
        if is_unreadable:
            before, student = student, _without_addresses(student)  # noqa: PLW2901
            store.update_student(student, before)
        templates = [] if keys.are_lost else store.templates_of(student.id)
        objecting = _with_objections(student, subjects, now)
        if objecting != student:
            store.update_student(objecting)
            faces += bool(templates)
            objections += 1
        elif templates and not (FACE + student.id in subjects and keys.opens(templates[0])):
            store.update_student(replace(student, consent=None, other_consents=()), student)
            faces += 1
    return Erasures(students, faces, _delete_unreadable(store, subjects), objections)


def _with_objections(student: Student, subjects: set[str], now: datetime) -> Student:
    """The student with the objections that the keys know, and that somebody recorded since the backup."""
    for party in ConsentParty:
        if objected(party, student.id) in subjects:
            objection = Withdrawal(now, RESTORED_BY, party)
            student = with_objection(student, objection, now.date().isoformat())
    return student


def _delete_unreadable(store: Store, subjects: set[str]) -> int:
    def readable(value: Any) -> Any:
        how = SEALED[type(value)]
        subject = how.subject(value)
        is_plain = all(getattr(value, name) is None for name in how.fields)
        return value if is_plain or subject == SITE or subject in subjects else None

    return sum(store.rewrite(kind, readable) for kind in SEALED if kind is not Student)


def _without_addresses(student: Student) -> Student:
    return replace(student, email=None, phone=None, guardian_email=None, guardian_name=None)


def _has_addresses(student: Student) -> bool:
    return any(getattr(student, name) is not None for name in SEALED[Student].fields)
