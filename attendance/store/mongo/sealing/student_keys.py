"""The wrapped keys of students in a MongoDB database of their own, which dumps of the register leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bson import Binary
from pymongo import WriteConcern
from pymongo.collection import Collection

from attendance.store.mongo.connection import WRITE_WAIT, Connect, MongoConnection, connect
from attendance.store.mongo.documents import insert_once
from attendance.store.records import Record

ENDING = "_keys"  # what the name of the database has after that of the register


class MongoStudentKeys:
    """See ``StudentKeys``; for any number of processes and machines.

    Args:
        uri: the register's server and database.
        register_id: whose keys; registers that were copied to the same server don't share any.
        connect: creates pymongo's client for the address.

    Raises:
        SettingsError: the address is not valid.
        StoreUnavailableError: the server can't be reached or rejects this user.
    """

    def __init__(self, uri: str, register_id: str, connect: Connect = connect) -> None:
        self._connection = MongoConnection(uri, connect)
        self._name = f"students_{register_id}"
        self.all()  # so that a user without the right to read it is noticed at the start

    def wrapped(self, subject: str) -> bytes | None:
        """See ``StudentKeys``."""
        with self._keys() as keys:
            found = keys.find_one({"_id": subject})
        return None if found is None else bytes(found["wrapped"])

    def add(self, subject: str, wrapped: bytes) -> bytes:
        """See ``StudentKeys``."""
        with self._keys() as keys:
            insert_once(keys, {"_id": subject, "wrapped": Binary(wrapped)})
            found = keys.find_one({"_id": subject})
        return wrapped if found is None else bytes(found["wrapped"])

    def exchange(self, subject: str, before: bytes, after: bytes) -> bool:
        """See ``StudentKeys``."""
        seen = {"_id": subject, "wrapped": Binary(before)}
        with self._keys() as keys:
            return keys.update_one(seen, {"$set": {"wrapped": Binary(after)}}).matched_count == 1

    def forget(self, *subjects: str) -> None:
        """See ``StudentKeys``."""
        with self._keys() as keys:
            keys.delete_many({"_id": {"$in": list(subjects)}})

    def all(self) -> Mapping[str, bytes]:
        """See ``StudentKeys``."""
        with self._keys() as keys:
            return {str(each["_id"]): bytes(each["wrapped"]) for each in keys.find()}

    def close(self) -> None:
        """See ``StudentKeys``."""
        self._connection.close()

    @contextmanager
    def _keys(self) -> Iterator[Collection[Record]]:
        with self._connection.register() as register:
            concern = WriteConcern("majority", wtimeout=WRITE_WAIT, j=True)
            beside = register.client.get_database(
                register.name + ENDING,
                read_preference=register.read_preference,
                read_concern=register.read_concern,
                write_concern=concern,
            )
            yield beside[self._name]
