"""The part of the MongoDB register that keeps marks."""

from __future__ import annotations

from pymongo import ASCENDING

from attendance.store.mongo_connection import MongoConnection
from attendance.store.mongo_documents import insert_once
from attendance.store.mongo_sessions import need_session
from attendance.store.mongo_students import keep_if_student
from attendance.store.session_records import mark_from, mark_record
from attendance.values import Mark


class MongoMarks:
    """Marks: written once, and changed only by whoever has seen how they stand."""

    _connection: MongoConnection

    def insert_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            need_session(register, mark.session_id)
            inserted = insert_once(register["marks"], {"_id": mark.id, **mark_record(mark)})
            keep_if_student(register, "marks", mark.id, mark.student_id)
        return inserted

    def replace_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        before = {"_id": mark.id, "version": mark.version - 1}
        with self._connection.register() as register:
            return register["marks"].update_one(before, {"$set": mark_record(mark)}).matched_count == 1

    def mark(self, session_id: str, student_id: str) -> Mark | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["marks"].find_one({"_id": f"{session_id}|{student_id}"})
        return None if document is None else mark_from(document)

    def marks(self, session_id: str) -> list[Mark]:
        """See ``Store``."""
        order = [("at", ASCENDING), ("student_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["marks"].find({"session_id": session_id}).sort(order))
        return [mark_from(document) for document in found]
