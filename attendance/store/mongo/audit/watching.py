"""A database whose changes leave events for the audit trail, whatever method makes them.

``MongoConnection`` gives it to the store instead of pymongo's. A command that changes what the chain watches
(``WATCHED``) becomes one that also puts the events into the changed document. The events say what was before,
so the document is read first, and written only if the chain has recorded no other change of it since; else it
is read again. Commands on other collections and other fields go through as they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, cast

from pymongo.collection import Collection
from pymongo.results import DeleteResult, InsertManyResult, InsertOneResult, UpdateResult

from attendance.audit.chain.changes import ONLY_ADDED, WATCHED, RecordChange
from attendance.audit.chain.hashing import new_key
from attendance.audit.chain.values import AuditEvent
from attendance.store.audited import audit_events, watched
from attendance.store.mongo.audit.chain import CARRIERS, CHANGE, KEYS, PENDING, packed, settle
from attendance.store.mongo.audit.updates import after_update, fields_of
from attendance.store.mongo.connection import Register
from attendance.store.mongo.documents import insert_once
from attendance.store.mongo.migrations.names import ENGINE_PIN
from attendance.store.records import Record

_NOBODY: Record = {CHANGE: "none has this"}


class WatchedRegister:
    """A database that behaves as pymongo's, and notes changes.

    Args:
        plain: pymongo's.
    """

    def __init__(self, plain: Register) -> None:
        self.plain = plain

    def __getitem__(self, name: str) -> Collection[Record]:
        if name not in CARRIERS:
            return self.plain[name]
        return cast(Collection[Record], WatchedCollection(self.plain, name))

    def __getattr__(self, name: str) -> Any:
        """What isn't about a collection."""
        return getattr(self.plain, name)


def watched_register(plain: Register) -> Register:
    """A database that notes changes."""
    return cast(Register, WatchedRegister(plain))


def unwatched(register: Register) -> Register:
    """The same database without notes, for what another entry says already."""
    return register.plain if isinstance(register, WatchedRegister) else register


class WatchedCollection:
    """A collection whose changed documents carry events.

    Args:
        register: pymongo's database.
        name: one of ``CARRIERS``.
    """

    def __init__(self, register: Register, name: str) -> None:
        self._register = register
        self._name = name
        self._plain = register[name]
        fields = WATCHED["engine_pin"] if name == "register" else WATCHED[name]
        self._fields = {*fields, "templates"} if name == "students" else {*fields}

    def __getattr__(self, name: str) -> Any:
        """Reading, and deleting many, which is part of erasing a student or of no interest."""
        return getattr(self._plain, name)

    def insert_one(self, document: Record) -> InsertOneResult:
        """As pymongo does it."""
        return self._plain.insert_one(self._noted(document))

    def insert_many(self, documents: Sequence[Record], *, ordered: bool = True) -> InsertManyResult:
        """As pymongo does it."""
        return self._plain.insert_many([self._noted(each) for each in documents], ordered=ordered)

    def update_one(self, which: Record, update: Record, *, upsert: bool = False) -> UpdateResult:
        """As pymongo does it."""
        if not self._is_watched(which, update):
            return self._plain.update_one(which, update, upsert=upsert)
        while True:
            before = self._plain.find_one(which)
            if before is None and not upsert:
                return self._plain.update_one({"$and": [which, _NOBODY]}, update)
            after = after_update({"_id": which.get("_id")} if before is None else before, update)
            events = self._events(before, after)
            as_read = {CHANGE: (before or {}).get(CHANGE)}
            same = which if before is None else {"$and": [which, {"_id": before["_id"]}, as_read]}
            result = self._plain.update_one(same, _carrying(update, events), upsert=before is None)
            if result.matched_count or before is None:
                return result

    def update_many(self, which: Record, update: Record) -> UpdateResult | None:
        """As pymongo does it, one document after the other; a result only where nothing is watched."""
        if not self._is_watched(which, update):
            return self._plain.update_many(which, update)
        for found in list(self._plain.find(which, ("_id",))):
            self.update_one({"$and": [which, {"_id": found["_id"]}]}, update)
        return None

    def delete_one(self, which: Record) -> DeleteResult:
        """As pymongo does it; the document carries the event, which is chained before it goes."""
        if self._name in ONLY_ADDED or self._name in ("register", "marks", "reviews", "alarms"):
            return self._plain.delete_one(which)
        while (before := self._plain.find_one(which)) is not None:
            events = self._events(before, None)
            as_read = {"_id": before["_id"], CHANGE: before.get(CHANGE)}
            carrying = _carrying({}, events)
            if not self._plain.update_one(as_read, carrying).matched_count:
                continue
            settle(self._register)  # also what was before
            gone = self._plain.delete_one(as_read | carrying["$set"])
            if gone.deleted_count:
                return gone
        return self._plain.delete_one({"$and": [which, _NOBODY]})

    def _is_watched(self, which: Record, update: Record) -> bool:
        if self._name == "register" and which.get("_id") != ENGINE_PIN:
            return False
        return self._name not in ONLY_ADDED and not self._fields.isdisjoint(fields_of(update))

    def _noted(self, document: Record) -> Record:
        if self._name == "register" and document["_id"] != ENGINE_PIN:
            return document
        events = self._events(None, document)
        texts = [packed(event) for event in events]
        return document | {CHANGE: uuid.uuid4().hex} | ({PENDING: texts} if texts else {})

    def _events(self, before: Record | None, after: Record | None) -> list[AuditEvent]:
        changes = list(_changes(self._name, before, after))
        keys: dict[str, bytes] = {}  # read once for all that an event says of a student

        def key_of(student_id: str) -> bytes:
            if student_id not in keys:
                keys[student_id] = self._key_of(student_id) or new_key()  # which nobody has, of who is gone
            return keys[student_id]

        if self._name == "marks" and after is not None:
            key = self._key_of(after["student_id"])
            if key is None:
                return []  # the mark of a student who was just erased, which is about to be deleted
            keys[after["student_id"]] = key
        return audit_events(changes, key_of)

    def _key_of(self, student_id: str) -> bytes | None:
        """The audit key of a student, made by the first call; None of one who is gone."""
        keys, wanted = self._register[KEYS], {"_id": student_id}
        found = keys.find_one(wanted)
        if found is None:
            is_new = self._name == "students"
            if not is_new and self._register["students"].find_one(wanted, ("_id",)) is None:
                return None
            key = new_key()
            if insert_once(keys, {"_id": student_id, "key": key}):
                return key
            found = keys.find_one(wanted) or {"key": key}
        return bytes(found["key"])


def _carrying(update: Record, events: Iterable[AuditEvent]) -> Record:
    """The update that also leaves events in the document."""
    texts = [packed(event) for event in events]
    carrying: Record = update | {"$set": update.get("$set", {}) | {CHANGE: uuid.uuid4().hex}}
    if texts:
        carrying["$push"] = update.get("$push", {}) | {PENDING: {"$each": texts}}
    return carrying


def _changes(name: str, before: Record | None, after: Record | None) -> Iterable[RecordChange]:
    table = "engine_pin" if name == "register" else name
    yield RecordChange(table, *(watched(table, _with_id(document)) for document in (before, after)))
    if name == "students" and after is not None:
        had, has = (
            {each["id"]: each for each in (document or {}).get("templates", ())}
            for document in (before, after)
        )
        for gone in had.keys() - has.keys():
            yield RecordChange("templates", watched("templates", had[gone]), None)
        for new in has.keys() - had.keys():
            yield RecordChange("templates", None, watched("templates", has[new]))


def _with_id(document: Record | None) -> Record | None:
    return None if document is None else {"id": document["_id"], **document}
