"""Marks in the MongoDB register."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING

from attendance.errors import SessionNotFoundError
from attendance.store.mongo.changes.counters import session_change
from attendance.store.mongo.changes.feed import stamp
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import exchange, from_document, insert_missing, insert_once, to_document
from attendance.store.mongo.students import ONLY_ID, keep_if_student
from attendance.store.records import Record
from attendance.store.refusals import session_of_all
from attendance.values import Mark

MOST_VALUES = 900  # in one query, to stay far below the 16 MB of a message


class MongoMarks:
    """Marks: written once, and changed only on top of the version that was read."""

    _connection: MongoConnection

    def insert_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        with self._connection.register() as register, session_change(register, mark.session_id):
            inserted = insert_once(register["marks"], _new_document(mark))
            keep_if_student(register, "marks", mark.id, mark.student_id)
        return inserted

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``."""
        session_id = session_of_all(marks)
        if session_id is None:
            return []
        with self._connection.register() as register, session_change(register, session_id):
            inserted = insert_missing(register["marks"], [_new_document(mark) for mark in marks])
            kept = _keep_those_of_students(register, inserted)
        return [from_document(Mark, document) for document in kept]

    def replace_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        return bool(self.replace_marks([mark]))

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``."""
        session_id = session_of_all(marks)
        if session_id is None:
            return []
        try:
            with self._connection.register() as register, session_change(register, session_id):
                return [mark for mark in marks if _replace(register, mark)]
        except SessionNotFoundError:
            return []

    def mark(self, session_id: str, student_id: str) -> Mark | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["marks"].find_one({"_id": f"{session_id}|{student_id}"})
        return None if document is None else from_document(Mark, document)

    def marks(self, session_id: str) -> list[Mark]:
        """See ``Store``."""
        order = [("at", ASCENDING), ("student_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["marks"].find({"session_id": session_id}).sort(order))
        return [from_document(Mark, document) for document in found]

    def marks_of_sessions(self, session_ids: Sequence[str]) -> list[Mark]:
        """See ``Store``."""
        wanted = sorted(set(session_ids))
        order = [("session_id", ASCENDING), ("at", ASCENDING), ("student_id", ASCENDING)]
        found: list[Record] = []
        with self._connection.register() as register:
            for begin in range(0, len(wanted), MOST_VALUES):
                some = {"session_id": {"$in": wanted[begin : begin + MOST_VALUES]}}
                found += register["marks"].find(some).sort(order)
        return [from_document(Mark, document) for document in found]

    def marks_of_student(self, student_id: str) -> list[Mark]:
        """See ``Store``."""
        order = [("at", ASCENDING), ("session_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["marks"].find({"student_id": student_id}).sort(order))
        return [from_document(Mark, document) for document in found]


def _document(mark: Mark) -> Record:
    return {"_id": mark.id, **to_document(mark)}


def _new_document(mark: Mark) -> Record:
    return _document(mark) | stamp(is_new=True)


def _replace(register: Register, mark: Mark) -> bool:
    return exchange(register["marks"], _document(mark) | stamp())


def _keep_those_of_students(register: Register, inserted: Sequence[Record]) -> list[Record]:
    """Like ``keep_if_student`` for many marks, but skips students who are gone."""
    wanted = {"_id": {"$in": [document["student_id"] for document in inserted]}}
    students = {document["_id"] for document in register["students"].find(wanted, ONLY_ID)}
    gone = [document["_id"] for document in inserted if document["student_id"] not in students]
    if gone:
        register["marks"].delete_many({"_id": {"$in": gone}})
    return [document for document in inserted if document["student_id"] in students]
