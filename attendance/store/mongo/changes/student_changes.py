"""Changes of students in the MongoDB register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING

from attendance.clock import to_milliseconds
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.mongo.students import is_student
from attendance.values import NotedChange


class MongoStudentChanges:
    """What was changed about students, by whom."""

    _connection: MongoConnection

    def note_student_changes(self, changes: Sequence[NotedChange]) -> None:
        """See ``Store``."""
        if not changes:
            return
        with self._connection.register() as register:
            register["student_changes"].insert_many([to_document(change) for change in changes])
            for student_id in {change.student_id for change in changes if change.student_id is not None}:
                # Either the last step of a removal sees what was just written, or this sees that it is done.
                if not is_student(register, student_id):
                    register["student_changes"].delete_many({"student_id": student_id})

    def student_changes(self, limit: int, student_id: str | None = None) -> list[NotedChange]:
        """See ``Store``."""
        wanted = {} if student_id is None else {"student_id": student_id}
        order = [("at", DESCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["student_changes"].find(wanted).sort(order).limit(limit))
        return [from_document(NotedChange, document) for document in found]

    def purge_student_changes(self, before: datetime) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            old = {"at": {"$lt": to_milliseconds(before)}}
            return register["student_changes"].delete_many(old).deleted_count
