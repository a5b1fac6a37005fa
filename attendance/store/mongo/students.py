"""Students in the MongoDB register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from pymongo.errors import DuplicateKeyError

from attendance.store.erasure import Erasure
from attendance.store.mongo.audit.chain import KEYS, settle
from attendance.store.mongo.audit.watching import unwatched
from attendance.store.mongo.changes.counters import gallery_change, people_change
from attendance.store.mongo.changes.feed import announce_erasure, confirm_erasure, stamp
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.mongo.erasing import NO_FACE, erase_belongings, erase_face, leave_answers, leave_reviews
from attendance.store.mongo.migrations.names import LISTS, NO_TWIN, lists_of
from attendance.store.mongo.schema import delete_copies
from attendance.store.records import Record
from attendance.store.refusals import no_student, student_exists, taken, whose_number
from attendance.values import Student
from attendance.values.roll_numbers import number_key

WITHOUT_TEMPLATES = tuple(field.name for field in fields(Student) if field.name != "id")
ONLY_ID = ("_id",)


class MongoStudents:
    """Students. The document includes templates and crops, so that they and consent change in one command.

    ``revision`` grows with each change of the templates; writing them requires the revision that was read.
    """

    _connection: MongoConnection

    def add_student(self, student: Student) -> None:
        """See ``Store``."""
        key = number_key(student.roll_number)
        document = to_document(student) | stamp(is_new=True) | NO_FACE
        document |= {"number_key": key, "twin": NO_TWIN, "revision": 0, LISTS: lists_of(document)}
        with self._connection.register() as register, people_change(register):
            if is_student(register, student.id):
                raise student_exists(student.id)
            _require_free(register, student, key)
            try:
                register["students"].insert_one(document)
            except DuplicateKeyError as error:  # in the same moment
                if is_student(register, student.id):
                    raise student_exists(student.id) from error
                raise taken(student, _other_number(register, student, key)) from error

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """See ``Store``."""
        key = number_key(student.roll_number)
        changed = to_document(student) | {"number_key": key} | stamp()
        changed[LISTS] = lists_of(changed)
        del changed["_id"]
        as_read = {"_id": student.id} if before is None else _just_as(before)
        consent = None if student.consent is None else {"$ne": None}
        same_face = {"active": student.active, "consent": consent}
        with self._connection.register() as register, people_change(register):
            if _has_another_number(register, student.id, key):
                _require_free(register, student, key)
                changed["twin"] = NO_TWIN
            try:
                same = {"$and": [as_read, same_face]}
                if register["students"].update_one(same, {"$set": changed}).matched_count:
                    return True
                if register["students"].find_one(as_read, ONLY_ID) is not None:
                    with gallery_change(register):
                        if _change_face(register, student, changed, as_read):
                            return True
                if not is_student(register, student.id):
                    raise no_student(student.id)
            except DuplicateKeyError as error:
                raise taken(student, _other_number(register, student, key)) from error
        return False

    def remove_student(self, student_id: str) -> Erasure:
        """See ``Store``.

        Each step can be repeated: the face first, the student last, so that removing a student again
        completes an interrupted removal.
        """
        with self._connection.register() as register, people_change(register):
            delete_copies(register)
            document = register["students"].find_one({"_id": student_id}, WITHOUT_TEMPLATES)
            erasure = Erasure() if document is None else erase_face(register, student_id)
            settle(unwatched(register))  # what is deleted now may carry events
            erasure += leave_reviews(register, student_id)
            student = None if document is None else from_document(Student, document)
            erasure += leave_answers(register, student_id, student)
            erasure += erase_belongings(register, student_id)
            if document is not None:
                announce_erasure(register, student_id)
            deleted = register["students"].delete_one({"_id": student_id}).deleted_count
            if deleted:
                confirm_erasure(register, student_id)
            # Whatever was written meanwhile; see `keep_if_student`.
            erasure += erase_belongings(register, student_id)
            erasure += leave_answers(register, student_id, student)
            keys = register[KEYS].delete_one({"_id": student_id}).deleted_count
        return erasure + Erasure(students=deleted, audit_keys=keys)

    def student(self, student_id: str) -> Student | None:
        """See ``Store``."""
        return self._one_student({"_id": student_id})

    def student_by_roll(self, roll_number: str) -> Student | None:
        """See ``Store``."""
        return whose_number(roll_number, self.students_with_number(roll_number))

    def students_with_number(self, roll_number: str) -> list[Student]:
        """See ``Store``."""
        return self._some_students({"number_key": number_key(roll_number)})

    def students(self) -> list[Student]:
        """See ``Store``."""
        return self._some_students({})

    def _some_students(self, which: dict[str, Any]) -> list[Student]:
        with self._connection.register() as register:
            found = list(register["students"].find(which, WITHOUT_TEMPLATES).sort("roll_number"))
        return [from_document(Student, document) for document in found]

    def _one_student(self, key: dict[str, Any]) -> Student | None:
        with self._connection.register() as register:
            document = register["students"].find_one(key, WITHOUT_TEMPLATES)
        return None if document is None else from_document(Student, document)


def is_student(register: Register, student_id: str) -> bool:
    """Whether the register has a student with this id."""
    return register["students"].find_one({"_id": student_id}, ONLY_ID) is not None


def gone_students(register: Register, student_ids: Collection[str]) -> set[str]:
    """Which of these students are not in the register, or no longer."""
    if not student_ids:
        return set()
    found = register["students"].find({"_id": {"$in": list(student_ids)}}, ONLY_ID)
    return {*student_ids} - {document["_id"] for document in found}


def keep_if_student(register: Register, collection: str, key: str, student_id: str) -> None:
    """Delete a document that was just written for a student who is being removed.

    Either the last step of the removal sees the document, or this sees that the student is gone.

    Raises:
        StudentNotFoundError: the document was deleted.
    """
    if not is_student(register, student_id):
        register[collection].delete_one({"_id": key})
        raise no_student(student_id)


def _require_free(register: Register, student: Student, key: str) -> None:
    """Refuse a number that others have, also where only twins of an older register are left.

    Of two that come in the same moment, the unique key refuses one.
    """
    if (other := _other_number(register, student, key)) is not None:
        raise taken(student, other)


def _has_another_number(register: Register, student_id: str, key: str) -> bool:
    """Whether a student is in the register under a number that isn't the same."""
    other = {"_id": student_id, "number_key": {"$ne": key}}
    return register["students"].find_one(other, ONLY_ID) is not None


def _other_number(register: Register, student: Student, key: str) -> str | None:
    """The number of another student that is the same, as it is written there."""
    others = {"number_key": key, "_id": {"$ne": student.id}}
    found = register["students"].find_one(others, ("roll_number",), sort=[("roll_number", 1)])
    return None if found is None else str(found["roll_number"])


def _just_as(student: Student) -> Record:
    """A query for a student's document that matches only if every field is as it was read."""
    document = to_document(student)
    wanted: Record = {LISTS: lists_of(document)}
    for name, value in document.items():
        if isinstance(value, dict):
            wanted |= {f"{name}.{key}": part for key, part in value.items()}
        elif not isinstance(value, list):
            wanted[name] = value
    return wanted


def _change_face(register: Register, student: Student, changed: Record, as_read: Record) -> bool:
    """Write a change of ``active`` or of consent; without consent, templates and portrait are deleted.

    Returns whether it was written, which it isn't if the student no longer matches ``as_read``. The portrait
    may be deleted even then, because withdrawing consent is repeated until it succeeds.
    """
    if student.consent is None:
        if register["students"].find_one({"_id": student.id, "consent": {"$ne": None}}, ONLY_ID) is not None:
            delete_copies(register)
        changed = changed | NO_FACE
        register["portraits"].delete_one({"_id": student.id})
    change = {"$set": changed, "$inc": {"revision": 1}}
    return bool(register["students"].update_one(as_read, change).matched_count)
