"""Spent grants, their answers and the engine's pin in the MongoDB register."""

from __future__ import annotations

from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.errors import StoreUnavailableError
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.mongo.migrations.names import ENGINE_PIN
from attendance.store.records import Record
from attendance.values import EnginePin, GrantAnswer


class MongoGrants:
    """Grants, each valid for one photo; answers, one for each photo; the engine's pin."""

    _connection: MongoConnection

    def spend_grant(self, grant_id: str, digest: str, expires_at: datetime) -> str:
        """See ``Store``."""
        grant = {"_id": grant_id, "digest": digest, "expires_at": to_milliseconds(expires_at)}
        return str(self._first("grants", grant)["digest"])

    def spent_on(self, grant_id: str) -> str | None:
        """See ``Store``."""
        with self._connection.register() as register:
            grant = register["grants"].find_one({"_id": grant_id})
        return None if grant is None else str(grant["digest"])

    def keep_answer(self, answer: GrantAnswer) -> GrantAnswer:
        """See ``Store``."""
        key = answer_key(answer.grant_id, answer.digest)
        return from_document(GrantAnswer, self._first("answers", {"_id": key, **to_document(answer)}))

    def answer(self, grant_id: str, digest: str, now: datetime) -> GrantAnswer | None:
        """See ``Store``."""
        live = {"_id": answer_key(grant_id, digest), "expires_at": {"$gt": to_milliseconds(now)}}
        with self._connection.register() as register:
            answer = register["answers"].find_one(live)
        return None if answer is None else from_document(GrantAnswer, answer)

    def purge_grants(self, now: datetime) -> int:
        """See ``Store``."""
        over = {"expires_at": {"$lte": to_milliseconds(now)}}
        with self._connection.register() as register:
            grants = register["grants"].delete_many(over).deleted_count
            return grants + register["answers"].delete_many(over).deleted_count

    def engine_pin(self) -> EnginePin | None:
        """See ``Store``."""
        with self._connection.register() as register:
            pin = register["register"].find_one({"_id": ENGINE_PIN})
        return None if pin is None else from_document(EnginePin, pin)

    def pin_engine(self, pin: EnginePin) -> EnginePin:
        """See ``Store``."""
        return from_document(EnginePin, self._first("register", {"_id": ENGINE_PIN, **to_document(pin)}))

    def repin_engine(self, pin: EnginePin) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["register"].update_one({"_id": ENGINE_PIN}, {"$set": to_document(pin)}, upsert=True)

    def _first(self, collection: str, document: Record) -> Record:
        """Insert a document unless its key is taken; returns the stored document with this key."""
        with self._connection.register() as register:
            if insert_once(register[collection], document):
                return document
            first = register[collection].find_one({"_id": document["_id"]})
        if first is None:
            raise StoreUnavailableError(
                f"A grant on {self._connection.where} was deleted at this moment; try again."
            )
        return first


def answer_key(grant_id: str, digest: str) -> str:
    """The key of an answer."""
    return f"{grant_id}|{digest}"
