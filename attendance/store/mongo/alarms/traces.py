"""Traces of check-ins in the MongoDB register."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING

from attendance.clock import to_milliseconds
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.mongo.students import gone_students
from attendance.store.records import Record
from attendance.values import CheckInTrace

ORDER = [("at", ASCENDING), ("_id", ASCENDING)]


class MongoTraces:
    """What check-ins leave behind for comparing them."""

    _connection: MongoConnection

    def add_trace(self, trace: CheckInTrace) -> bool:
        """See ``Store``.

        Either the last step of a student's removal sees the trace, or this sees that the student is gone.
        """
        with self._connection.register() as register:
            if not insert_once(register["traces"], to_document(trace)):
                return False
            if trace.student_id is not None and gone_students(register, [trace.student_id]):
                register["traces"].delete_one({"_id": trace.id})
                return False
        return True

    def traces_of_session(self, session_id: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces({"session_id": session_id})

    def addresses_of_session(self, session_id: str) -> list[tuple[str, str]]:
        """See ``Store``."""
        wanted = {"session_id": session_id, "student_id": {"$ne": None}, "address": {"$ne": None}}
        with self._connection.register() as register:
            found = register["traces"].find(wanted, ["student_id", "address"]).sort(ORDER)
            return [(each["student_id"], each["address"]) for each in found]

    def traces_of_device(self, device: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces({"device": device})

    def traces_of_student(self, student_id: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces({"student_id": student_id})

    def trace_with_digest(self, digest: str) -> CheckInTrace | None:
        """See ``Store``."""
        return next(iter(self._traces({"digest": digest}, limit=1)), None)

    def forget_addresses(self, before: datetime) -> int:
        """See ``Store``."""
        wanted = {"at": {"$lt": to_milliseconds(before)}, "address": {"$ne": None}}
        with self._connection.register() as register:
            return register["traces"].update_many(wanted, {"$set": {"address": None}}).modified_count

    def purge_traces(self, before: datetime) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return register["traces"].delete_many({"at": {"$lt": to_milliseconds(before)}}).deleted_count

    def _traces(self, wanted: Record, limit: int = 0) -> list[CheckInTrace]:
        with self._connection.register() as register:
            found = list(register["traces"].find(wanted).sort(ORDER).limit(limit))
        return [from_document(CheckInTrace, document) for document in found]
