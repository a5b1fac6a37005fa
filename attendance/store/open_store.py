"""Opens the register's database that the settings name."""

from __future__ import annotations

from pathlib import Path

from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore

FILE_NAME = "attendance.sqlite3"


def open_store(data: Path, mongodb_uri: str | None) -> Store:
    """The register's database, ready for use; close it when done.

    Args:
        data: the data folder, where the embedded database lives.
        mongodb_uri: the MongoDB server to use instead, or None. There is no way back to the embedded
            database from here: a server that can't be reached is an error.

    Raises:
        StoreUnavailableError: the server does not answer, or the folder can't be written.
        SchemaError: the database was written by a newer version of this program, or is none of it.
    """
    if mongodb_uri:
        # Loading pymongo takes a while, and without a server nobody needs it.
        from attendance.store.mongo.store import MongoStore  # noqa: PLC0415

        return MongoStore(mongodb_uri)
    return SQLiteStore(data / FILE_NAME)
