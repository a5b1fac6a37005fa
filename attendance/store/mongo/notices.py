"""Notices in the MongoDB register."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING

from attendance.clock import to_milliseconds
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.mongo.students import keep_if_student
from attendance.store.records import Record
from attendance.values import Notice


class MongoNotices:
    """Notices to students and guardians."""

    _connection: MongoConnection

    def claim_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            inserted = insert_once(register["notices"], to_document(notice))
            keep_if_student(register, "notices", notice.key, notice.student_id)
        return inserted

    def replace_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return exchange(register["notices"], to_document(notice))

    def forget_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        seen = {"_id": notice.key, "version": notice.version}
        with self._connection.register() as register:
            return register["notices"].delete_one(seen).deleted_count == 1

    def notice(self, key: str) -> Notice | None:
        """See ``Store``."""
        found = self._notices({"_id": key})
        return found[0] if found else None

    def notices(self, since: datetime | None = None) -> list[Notice]:
        """See ``Store``."""
        return self._notices({} if since is None else {"created_at": {"$gte": to_milliseconds(since)}})

    def notices_of(self, student_id: str) -> list[Notice]:
        """See ``Store``."""
        return self._notices({"student_id": student_id})

    def _notices(self, wanted: Record) -> list[Notice]:
        order = [("created_at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["notices"].find(wanted).sort(order))
        return [from_document(Notice, document) for document in found]
