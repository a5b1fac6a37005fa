"""Students in the MongoDB register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from pymongo.errors import DuplicateKeyError

from attendance.store.erasure import answer_without
from attendance.store.mongo.changes.counters import gallery_change, people_change
from attendance.store.mongo.changes.feed import announce_erasure, confirm_erasure, stamp
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.mongo.migrations.names import BOARD, NO_TWIN
from attendance.store.mongo.room_lists import leave_sessions
from attendance.store.mongo.schema import delete_copies
from attendance.store.records import Record
from attendance.store.refusals import no_student, student_exists, taken, whose_number
from attendance.values import Student
from attendance.values.roll_numbers import number_key

WITHOUT_TEMPLATES = tuple(field.name for field in fields(Student) if field.name != "id")
ONLY_ID = ("_id",)
NO_FACE: Record = {"templates": [], "crops": []}
FACELESS: Record = {"active": False, "consent": None, **NO_FACE}


class MongoStudents:
    """Students. The document includes templates and crops, so that they and consent change in one command.

    ``revision`` grows with each change of the templates; writing them requires the revision that was read.
    """

    _connection: MongoConnection

    def add_student(self, student: Student) -> None:
        """See ``Store``."""
        key = number_key(student.roll_number)
        document = to_document(student) | stamp(is_new=True) | NO_FACE
        document |= {"number_key": key, "twin": NO_TWIN, "revision": 0}
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

    def remove_student(self, student_id: str) -> None:
        """See ``Store``.

        Each step can be repeated: the face first, the student last, so that removing a student again
        completes an interrupted removal.
        """
        with self._connection.register() as register, people_change(register):
            delete_copies(register)
            document = register["students"].find_one({"_id": student_id}, WITHOUT_TEMPLATES)
            if document is not None:
                with gallery_change(register):
                    faceless = {"$set": FACELESS | stamp(), "$inc": {"revision": 1}}
                    register["students"].update_one({"_id": student_id}, faceless)
            _leave_reviews(register, student_id)
            student = None if document is None else from_document(Student, document)
            _leave_answers(register, student_id, student)
            _erase_belongings(register, student_id)
            if document is not None:
                announce_erasure(register, student_id)
            if register["students"].delete_one({"_id": student_id}).deleted_count:
                confirm_erasure(register, student_id)
            _erase_belongings(register, student_id)  # whatever was written meanwhile; see `keep_if_student`
            _leave_answers(register, student_id, student)

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
    wanted: Record = {}
    for name, value in to_document(student).items():
        nested = value if isinstance(value, dict) else None
        wanted |= {name: value} if nested is None else {f"{name}.{key}": part for key, part in nested.items()}
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


def _erase_belongings(register: Register, student_id: str) -> None:
    register["marks"].delete_many({"student_id": student_id})
    register["notices"].delete_many({"student_id": student_id})
    register["student_changes"].delete_many({"student_id": student_id})
    register["traces"].delete_many({"student_id": student_id})
    register["alarms"].delete_many({"student_ids": student_id})
    register["portraits"].delete_one({"_id": student_id})
    off = {"$pull": {"roster": student_id}, "$inc": {"version": 1, BOARD: 1}}
    register["courses"].update_many({"roster": student_id}, off)
    leave_sessions(register, student_id)


def _leave_reviews(register: Register, student_id: str) -> None:
    """Delete reviews about the student; remove the student, and the picture of perhaps them, from others."""
    about = [{"best": student_id}, {"decided_for": student_id}]
    register["reviews"].delete_many({"$or": about})
    register["reviews"].update_many(
        {"candidates.student_id": student_id},
        {"$pull": {"candidates": {"student_id": student_id}}, "$set": {"snapshot": None}},
    )


def _leave_answers(register: Register, student_id: str, student: Student | None) -> None:
    for kept in list(register["answers"].find({}, ("answer",))):
        left = answer_without(kept["answer"], student_id, student)
        if left is None:
            register["answers"].delete_one({"_id": kept["_id"]})
        elif left != kept["answer"]:
            register["answers"].update_one({"_id": kept["_id"]}, {"$set": {"answer": left}})
