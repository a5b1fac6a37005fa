"""What documents of the MongoDB register say about a student among others."""

from __future__ import annotations

from pymongo import ASCENDING

from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document
from attendance.store.records import Record, Value
from attendance.values import Alarm, Review, Session

KEY = ("grant_id", "digest")  # of an answer
NO_SUBJECT: Record = {"subject": None}  # reviews without one have no such field


class MongoAboutStudents:
    """Documents of a session or a check-in that name a student among others."""

    _connection: MongoConnection

    def reviews_about(self, student_id: str) -> list[Review]:
        """See ``Store``."""
        wanted = {"$or": [{"decided_for": student_id}, {"candidates.student_id": student_id}]}
        return self._naming(Review, "reviews", wanted, "created_at")

    def alarms_about(self, student_id: str) -> list[Alarm]:
        """See ``Store``."""
        return self._naming(Alarm, "alarms", {"student_ids": {"$elemMatch": {"$eq": student_id}}}, "at")

    def sessions_naming(self, student_id: str) -> list[Session]:
        """See ``Store``."""
        wanted = {"$or": [{"room_pictures.seen": student_id}, {"spot_checks.student_ids": student_id}]}
        return self._naming(Session, "sessions", wanted, "opens_at")

    def answer_keys(self, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str]]:
        """See ``Store``."""
        wanted: Record = {}
        if after is not None:
            grant, digest = after
            wanted = {"$or": [{"grant_id": {"$gt": grant}}, {"grant_id": grant, "digest": {"$gt": digest}}]}
        order = [("grant_id", ASCENDING), ("digest", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["answers"].find(wanted, KEY).sort(order).limit(limit))
        return [(document["grant_id"], document["digest"]) for document in found]

    def _naming(self, kind: type[Value], collection: str, wanted: Record, first: str) -> list[Value]:
        order = [(first, ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register[collection].find(wanted).sort(order))
        return [from_document(kind, NO_SUBJECT | document) for document in found]
