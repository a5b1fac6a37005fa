"""The connection to one MongoDB database: a client for each process, and translated errors."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from bson.errors import InvalidBSON
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.database import Database
from pymongo.errors import ConfigurationError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from attendance.errors import AttendanceError, SchemaError, SettingsError, StoreUnavailableError
from attendance.store.records import Record

Client = MongoClient[Record]
Register = Database[Record]
Connect = Callable[[str], Client]

DATABASE = "attendance"  # if the address names none
WRITE_WAIT = 10_000  # milliseconds for a majority of the servers to store a write on disk
TIME_OUTS: dict[str, Any] = {  # milliseconds, short because a phone waits; the address can override them
    "serverSelectionTimeoutMS": 3_000,
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 15_000,  # longer than WRITE_WAIT, so that the server gives up first
}
REFUSED = (13, 18)  # the server's codes for "not authorised" and "authentication failed"

# A client's sockets and threads belong to the process that created them; a forked child must not touch them.
_LEFT_TO_THE_PARENT: list[Client] = []


def connect(uri: str) -> Client:
    """A client that connects when it is first used."""
    named = {name.lower() for name in parse_qs(uri.partition("?")[2])}
    waits = {name: value for name, value in TIME_OUTS.items() if name.lower() not in named}
    return MongoClient(uri, appname="attendance", **waits)


def masked(uri: str) -> str:
    """The address of the server without user, password and options, for messages."""
    scheme, _, rest = uri.partition("://")
    before, _, after = rest.rpartition("@")
    hosts = "(hidden)" if "?" in before else after.partition("?")[0]
    return f"{scheme}://{hosts}"


class MongoConnection:
    """Gives each process its own client.

    Args:
        uri: the server's address, with or without the database's name.
        connect: creates a client for an address.
    """

    def __init__(self, uri: str, connect: Connect) -> None:
        self._uri = uri
        self._connect = connect
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._process = os.getpid()
        self._closed = False

    @property
    def where(self) -> str:
        """The address, for messages."""
        return masked(self._uri)

    @contextmanager
    def register(self) -> Iterator[Register]:
        """The database: writes are on the disks of a majority, and reads return only such data.

        A ``DuplicateKeyError`` is passed on: only the method that wrote knows what it means.

        Raises:
            SettingsError: the address is not valid.
            SchemaError: what the server responds can't be read.
            StoreUnavailableError: the server can't be reached, or didn't respond in time.
        """
        try:
            yield self._database()
        except DuplicateKeyError:
            raise
        except InvalidBSON as error:
            raise SchemaError(
                f"The register on {self.where} is damaged: {error}. Restore a backup of the database."
            ) from error
        except PyMongoError as error:
            raise self._meaning(error) from error

    def close(self) -> None:
        """Close this process's connections; may be called again."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def _database(self) -> Register:
        if self._closed:
            raise StoreUnavailableError(f"The register on {self.where} was closed. Restart the program.")
        return self._own_client().get_default_database(
            DATABASE,
            read_preference=ReadPreference.PRIMARY,
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern("majority", wtimeout=WRITE_WAIT, j=True),
        )

    def _own_client(self) -> Client:
        if self._process != os.getpid():  # in a forked child, before it starts threads
            self._lock = threading.Lock()
            if self._client is not None:
                _LEFT_TO_THE_PARENT.append(self._client)
            self._client, self._process = None, os.getpid()
        with self._lock:
            if self._client is None:
                self._client = self._new_client()
            return self._client

    def _new_client(self) -> Client:
        try:
            return self._connect(self._uri)
        except (ConfigurationError, TypeError, ValueError) as error:  # their messages may quote the address
            raise SettingsError(
                f"MONGODB_URI ({self.where}) is not a valid address of a MongoDB server; it should look like "
                "mongodb://user:password@host:27017/attendance, with special characters of the password "
                "percent-encoded."
            ) from error

    def _meaning(self, error: PyMongoError) -> AttendanceError:
        if isinstance(error, OperationFailure) and error.code in REFUSED:
            remedy = "It rejects this user; check the user name, password and permissions in MONGODB_URI."
        else:
            remedy = "Check that the server is running and that MONGODB_URI is its address, then try again."
        return StoreUnavailableError(f"The register on {self.where} can't be used: {_brief(error)}. {remedy}")


def _brief(error: PyMongoError) -> str:
    """The first sentence of pymongo's message; the rest describes every server."""
    return str(error).partition(", full error")[0].partition(" (configured timeouts")[0].rstrip(".")
