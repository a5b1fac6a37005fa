"""The state of the seal in the MongoDB register, and rewriting what is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.store.mongo.audit.watching import unwatched
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.mongo.schema import delete_copies
from attendance.store.protocols.jobs import PhotoJob
from attendance.store.protocols.sealing import Change, SealState
from attendance.store.records import Record, from_record, to_record
from attendance.values import (
    CheckInTrace,
    FaceCrop,
    GrantAnswer,
    Notice,
    Portrait,
    Session,
    Student,
    Template,
)

STATE = "sealing"  # the document of the collection `register`
NESTED: Mapping[type, str] = {Template: "templates", FaceCrop: "crops"}  # lists in the students' documents
PLACES: Mapping[type, str] = {
    Student: "students",
    Portrait: "portraits",
    Session: "sessions",
    Notice: "notices",
    GrantAnswer: "answers",
    CheckInTrace: "traces",
    PhotoJob: "photo_jobs",
}


class MongoSealing:
    """The state of the seal, and rewriting what is sealed."""

    _connection: MongoConnection

    def seal_state(self) -> SealState | None:
        """See ``Store``."""
        with self._connection.register() as register:
            found = register["register"].find_one({"_id": STATE})
        return None if found is None else from_document(SealState, found)

    def begin_sealing(self, state: SealState) -> SealState:
        """See ``Store``."""
        with self._connection.register() as register:
            insert_once(register["register"], {"_id": STATE, **to_document(state)})
            found = register["register"].find_one({"_id": STATE})
        return state if found is None else from_document(SealState, found)

    def replace_seal_state(self, state: SealState) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return exchange(register["register"], {"_id": STATE, **to_document(state)})

    def rewrite(self, kind: type, change: Change) -> int:
        """See ``Store``; a document at a time."""
        with self._connection.register() as watched:
            register = unwatched(watched)
            if kind in NESTED:
                keys = [each["_id"] for each in register["students"].find({}, {"_id": 1})]
                return sum(_rewritten_list(register, kind, key, change) for key in keys)
            written = 0
            for found in register[PLACES[kind]].find().sort("_id"):  # most records stay as they are
                value: Any = from_document(kind, found)
                if change(value) is not value:
                    written += _rewritten(register, kind, found["_id"], change)
            return written

    def forget_copies(self) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return delete_copies(register)


def _rewritten(register: Register, kind: type, key: Any, change: Change) -> bool:
    """Change one document; again if somebody else changed the same fields meanwhile."""
    collection = register[PLACES[kind]]
    while (found := collection.find_one({"_id": key})) is not None:
        value: Any = from_document(kind, found)
        new = change(value)
        if new is value:
            return False
        if new is None:
            return collection.delete_one({"_id": key}).deleted_count == 1
        after = {name: each for name, each in to_document(new).items() if found.get(name) != each}
        if not after:
            return False
        before = {"_id": key, **{name: found[name] for name in after}}
        if collection.update_one(before, {"$set": after}).matched_count:
            return True
    return False


def _rewritten_list(register: Register, kind: type, key: Any, change: Change) -> int:
    """Change the templates or crops of one student; again if they were changed meanwhile."""
    field = NESTED[kind]
    while (found := register["students"].find_one({"_id": key}, (field, "revision"))) is not None:
        after = [new for record in found[field] if (new := _record(kind, record, change)) is not None]
        if after == found[field]:
            return 0
        seen = {"_id": key, "revision": found["revision"]}
        update = {"$set": {field: after}, "$inc": {"revision": 1}}
        if register["students"].update_one(seen, update).matched_count:
            return sum(record not in after for record in found[field])
    return 0


def _record(kind: type, record: Record, change: Change) -> Record | None:
    value: Any = from_record(kind, record)
    new = change(value)
    if new is value:
        return record
    return None if new is None else record | to_record(new)
