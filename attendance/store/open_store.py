"""Opens the database that the settings choose."""

from __future__ import annotations

from pathlib import Path

from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore

FILE_NAME = "attendance.sqlite3"


def open_store(data: Path, mongodb_uri: str | None) -> Store:
    """The register's database, ready for use; close it when done.

    Args:
        data: the data folder, which contains the embedded database.
        mongodb_uri: the address of a MongoDB server to use instead, or None. If the server can't be reached,
            that is an error; the embedded database is never used in its place.

    Raises:
        StoreUnavailableError: the server doesn't respond, or the folder isn't writable.
        SchemaError: the database was written by a newer version of this program, or by another program.
    """
    if mongodb_uri:
        # Loading pymongo takes a while, and only a server needs it.
        from attendance.store.mongo.store import MongoStore  # noqa: PLC0415

        return MongoStore(mongodb_uri)
    return SQLiteStore(data / FILE_NAME)
