"""Alarms in the MongoDB register."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING

from attendance.clock import to_milliseconds
from attendance.store.mongo.changes.counters import session_change
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.mongo.students import gone_students
from attendance.store.records import Record
from attendance.values import Alarm, AlarmKind


class MongoAlarms:
    """What is odd about check-ins, until a person settles it."""

    _connection: MongoConnection

    def add_alarm(self, alarm: Alarm) -> bool:
        """See ``Store``.

        Either the last step of a student's removal sees the alarm, or this sees that the student is gone.
        """
        with self._connection.register() as register, session_change(register, alarm.session_id):
            if not insert_once(register["alarms"], to_document(alarm)):
                return False
            if gone_students(register, alarm.student_ids):
                register["alarms"].delete_one({"_id": alarm.id})
                return False
        return True

    def alarm(self, alarm_id: str) -> Alarm | None:
        """See ``Store``."""
        return next(iter(self._alarms({"_id": alarm_id})), None)

    def alarms_of(self, session_id: str) -> list[Alarm]:
        """See ``Store``."""
        return self._alarms({"session_id": session_id})

    def settle_alarm(self, alarm_id: str, *, by: str, at: datetime, for_good: bool) -> Alarm | None:
        """See ``Store``."""
        unsettled: Record = {"for_good": False} if for_good else {"settled_at": None}
        settled = {"settled_at": to_milliseconds(at), "settled_by": by, "for_good": for_good}
        return self._change_alarm(alarm_id, unsettled, settled)

    def reopen_alarm(self, alarm_id: str) -> Alarm | None:
        """See ``Store``."""
        opened = {"settled_at": None, "settled_by": None, "for_good": False}
        return self._change_alarm(alarm_id, {"settled_at": {"$ne": None}}, opened)

    def settled_for_good(self, kind: AlarmKind, subject: str) -> bool:
        """See ``Store``."""
        wanted = {"kind": kind.value, "subject": subject, "for_good": True}
        with self._connection.register() as register:
            return register["alarms"].find_one(wanted, ("_id",)) is not None

    def purge_alarms(self, before: datetime) -> int:
        """See ``Store``."""
        wanted = {"at": {"$lt": to_milliseconds(before)}, "for_good": False}
        with self._connection.register() as register:
            return register["alarms"].delete_many(wanted).deleted_count

    def _change_alarm(self, alarm_id: str, condition: Record, fields: Record) -> Alarm | None:
        """The alarm after a change; None if it is unknown or doesn't meet the condition."""
        with self._connection.register() as register:
            found = register["alarms"].find_one({"_id": alarm_id}, ("session_id",))
            if found is None:
                return None
            with session_change(register, found["session_id"]):
                changed = register["alarms"].update_one({"_id": alarm_id, **condition}, {"$set": fields})
                if not changed.matched_count:
                    return None
        return self.alarm(alarm_id)

    def _alarms(self, wanted: Record) -> list[Alarm]:
        order = [("at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["alarms"].find(wanted).sort(order))
        return [from_document(Alarm, document) for document in found]
