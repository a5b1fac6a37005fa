"""The connection to one MongoDB database: a client for each process, and translated errors."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import parse_qs

from bson.errors import InvalidBSON
from pymongo import MongoClient, ReadPreference, WriteConcern, timeout
from pymongo.database import Database
from pymongo.errors import ConfigurationError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from attendance.errors import AttendanceError, SchemaError, SettingsError, StoreUnavailableError
from attendance.store.mongo.migrations.names import SCHEMA
from attendance.store.mongo.server_time import NOTICEABLE_SKEW, ServerTime
from attendance.store.records import Record
from attendance.store.refusals import refuse_newer

Client = MongoClient[Record]
Register = Database[Record]
Connect = Callable[[str], Client]

DATABASE = "attendance"  # if the address names none
WRITE_WAIT = 10_000  # milliseconds for a majority of the servers to store a write on disk
OPTIONS: dict[str, Any] = {  # the address can override them
    # Milliseconds, short because a phone waits.
    "serverSelectionTimeoutMS": 3_000,  # also while a replica set elects another primary
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 15_000,  # longer than WRITE_WAIT, so that the server gives up first
    # One for each thread of the app, and some for the event streams, the alarms and the timer.
    "maxPoolSize": 32,
    "waitQueueTimeoutMS": 10_000,  # for one of them to become free
    # A read or a write that loses its connection, as in an election, is sent once more. A write has a number
    # by which the server knows it, so it happens once; a server without replica set is sent none twice.
    "retryReads": True,
    "retryWrites": True,
}
SCHEMA_SECONDS = 10.0
"""Between looks for whether a newer program has changed the schema, or somebody the clock."""
REFUSED = (13, 18)  # the server's codes for "not authorised" and "authentication failed"

# A client's sockets and threads belong to the process that created them; a forked child must not touch them.
_LEFT_TO_THE_PARENT: list[Client] = []


def connect(uri: str) -> Client:
    """A client that connects when it is first used.

    Args:
        uri: the server's address, whose options count before those in ``OPTIONS``.
    """
    named = {name.lower() for name in parse_qs(uri.partition("?")[2])}
    waits = {name: value for name, value in OPTIONS.items() if name.lower() not in named}
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

    Attributes:
        server_time: compares the server's clock with this computer's.
    """

    def __init__(self, uri: str, connect: Connect) -> None:
        self.server_time = ServerTime(masked(uri))
        self._uri = uri
        self._connect = connect
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._process = os.getpid()
        self._closed = False
        self._known_schema: int | None = None
        self._looked_at, self._offset = 0.0, 0.0
        self._watched: Callable[[Register], Register] = lambda register: register

    @property
    def where(self) -> str:
        """The address, for messages."""
        return masked(self._uri)

    @contextmanager
    def register(self, *, within: float | None = None) -> Iterator[Register]:
        """The database: writes are on the disks of a majority, and reads return only such data.

        A ``DuplicateKeyError`` is passed on: only the method that wrote knows what it means.

        Args:
            within: seconds for all commands in the block together, whatever the server does; None: as long
                as ``OPTIONS`` allow each.

        Raises:
            SettingsError: the address is not valid.
            SchemaError: what the server responds can't be read, or the schema is of another version now.
            StoreUnavailableError: the server can't be reached, didn't respond in time, or has another time.
        """
        try:
            with nullcontext() if within is None else timeout(within):
                register = self._database()
                self._look(register)
                yield self._watched(register)
        except DuplicateKeyError:
            raise
        except InvalidBSON as error:
            raise SchemaError(
                f"The register on {self.where} is damaged: {error}. Restore a backup of the database."
            ) from error
        except PyMongoError as error:
            raise self._meaning(error) from error

    def stop_at_other(self, known: int) -> None:
        """From now on, use the register only while its schema is of this version."""
        self._known_schema, self._looked_at = known, time.monotonic()
        self._offset = time.time() - self._looked_at

    def watch(self, watched: Callable[[Register], Register]) -> None:
        """From now on, give a database that notes changes for the audit trail.

        Args:
            watched: makes it of pymongo's.
        """
        self._watched = watched

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

    def _look(self, register: Register) -> None:
        """Look at the schema's version and the clock now and then.

        An older program must not write into a newer schema, none into a database that was dropped or put back
        from an older backup meanwhile, and none by a clock that is wrong.
        """
        known, now = self._known_schema, time.monotonic()
        offset = time.time() - now  # stays the same until the clock is set
        is_as_before = abs(offset - self._offset) < NOTICEABLE_SKEW
        if known is None or (is_as_before and now - self._looked_at < SCHEMA_SECONDS):
            return
        schema = register["register"].find_one({"_id": SCHEMA}, ("version",))
        version = 0 if schema is None else int(schema["version"])
        refuse_newer(self.where, version, known)  # each time, so this is not the last look
        if version < known:
            raise self._exchanged(version, known)
        self.server_time.compare(register)
        self._looked_at, self._offset = now, offset

    def _exchanged(self, version: int, known: int) -> SchemaError:
        found = f"has schema version {version} now" if version else "is gone: the database has none any more"
        return SchemaError(
            f"The register on {self.where} {found}, and had {known} when this program started. Stop all "
            "servers, put the right database back, and start one of them first."
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
