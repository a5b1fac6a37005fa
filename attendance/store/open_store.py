"""Opens the database that the settings choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attendance.errors import SiteKeyError
from attendance.store.protocol import Store
from attendance.store.protocols.sealing import StudentKeys
from attendance.store.sqlite.sealing.student_keys import SQLiteStudentKeys
from attendance.store.sqlite.store import SQLiteStore

if TYPE_CHECKING:
    from attendance.store.mongo.limit_counters import MongoLimitCounters

FILE_NAME = "attendance.sqlite3"
KEYS_NAME = "student-keys-{register_id}.sqlite3"  # one for each register that this user has opened


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


def open_current(mongodb_uri: str) -> Store:
    """A MongoDB register as it is, which is neither made nor migrated; close it when done.

    Raises:
        StoreUnavailableError: the server doesn't respond.
        SchemaError: there is no register of the current schema.
    """
    from attendance.store.mongo.store import MongoStore  # noqa: PLC0415 - as above

    return MongoStore(mongodb_uri, prepares=False)


def open_student_keys(
    folder: Path, mongodb_uri: str | None, register_id: str, *, create: bool
) -> StudentKeys:
    """The wrapped keys of students, ready for use; close them when done.

    Args:
        folder: where the file is that belongs to an embedded database.
        mongodb_uri: the address of the MongoDB server that has the register, or None.
        register_id: whose keys.
        create: whether a missing file may be made.

    Raises:
        SiteKeyError: the file is missing.
        StoreUnavailableError: the keys can't be reached or written.
    """
    if mongodb_uri:
        from attendance.store.mongo.sealing.student_keys import MongoStudentKeys  # noqa: PLC0415 - as above

        return MongoStudentKeys(mongodb_uri, register_id)
    if not create:
        require_student_keys(folder, register_id)
    return SQLiteStudentKeys(folder / KEYS_NAME.format(register_id=register_id))


def require_student_keys(folder: Path, register_id: str) -> None:
    """Check that the keys of an embedded register's students are there.

    Raises:
        SiteKeyError: the file is missing.
    """
    path = folder / KEYS_NAME.format(register_id=register_id)
    if not path.exists():
        raise SiteKeyError(
            f"The register is sealed, and the keys of its students, {path}, are missing. Put the file back, "
            "or move the data folder away and restore the latest backup, which has them. Without them nobody "
            "can read faces and addresses."
        )


def open_limit_counters(mongodb_uri: str, database: str, now: Callable[[], float]) -> MongoLimitCounters:
    """The counters that the machines of a site share; the server is asked when they are first used.

    Args:
        mongodb_uri: the server's address.
        database: the name of the database for the counters.
        now: the time in seconds since 1970.

    Raises:
        SettingsError: from its methods, where the address is not valid.
    """
    from attendance.store.mongo.limit_counters import MongoLimitCounters  # noqa: PLC0415 - as above

    return MongoLimitCounters(mongodb_uri, database, now)
