"""Translates SQLite's errors into the register's."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attendance.errors import AttendanceError, SchemaError, StoreUnavailableError
from attendance.store.sqlite.writing.writers_place import WritersPlaceTimeoutError

PRIMARY_CODE = 0xFF  # SQLite encodes the kind of an error in the lowest byte, details above it

NEEDED_SPACE = 100_000  # bytes; a check-in needs some pages of 4 kB

LOCKED = "Another program has locked it for too long; close other programs that use it and try again."
REMEDIES = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: "The disk is full; free some space and try again. Data saved before is safe.",
    sqlite3.SQLITE_READONLY: "It is read-only; give this user the right to write there.",
    sqlite3.SQLITE_PERM: "This user has no access; give this user the right to read and write there.",
    sqlite3.SQLITE_CANTOPEN: "Check that its folder exists and that this user may write there.",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write; check its free space, its cable and its health.",
}
NO_DATABASE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into the register's.

    An ``sqlite3.IntegrityError`` is passed on: only the method that wrote knows what it means.

    Raises:
        SchemaError: the file is damaged, or is not a database.
        StoreUnavailableError: it can't be read or written now.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except WritersPlaceTimeoutError as error:
        raise StoreUnavailableError(
            f"The register in {path} can't be written: others have been writing for too long. {LOCKED}"
        ) from error
    except sqlite3.Error as error:
        raise meaning_of(error, path) from error
    except UnicodeDecodeError as error:  # SQLite's message about a damaged schema quotes it
        raise _damaged(path, "its schema is not readable text") from error


def meaning_of(error: sqlite3.Error, path: Path) -> AttendanceError:
    """The register's error for one of SQLite's; see ``translated``."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    if code in NO_DATABASE:
        return _damaged(path, str(error))
    remedy = REMEDIES.get(code, "Try again; if the problem remains, restart the program.")
    return StoreUnavailableError(f"The register in {path} can't be used: {error}. {remedy}")


def _damaged(path: Path, how: str) -> SchemaError:
    return SchemaError(
        f"{path} is damaged or is not a database of this program ({how}). Move it away and restore a "
        "backup, or choose another data folder with ATTENDANCE_DATA."
    )


def need_space(path: Path) -> None:
    """Check that there is space beside the register for a few check-ins.

    A small write can succeed on a full disk, because its place in the log was taken before.

    Raises:
        StoreUnavailableError: there is none, or it may not be written.
    """
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(bytes(NEEDED_SPACE))
    except OSError as error:
        raise StoreUnavailableError(
            f"Nothing more can be stored beside the register in {path}: {error}. Free some space there; data "
            "saved before is safe."
        ) from error


def database_lost(path: Path, *, is_replaced: bool) -> StoreUnavailableError:
    """The error for a path that doesn't lead to the open file any more."""
    if is_replaced:
        return StoreUnavailableError(
            f"While the program runs, another file has taken the place of the register in {path}. Nothing is "
            "stored in either. Restart the program to use this file, or put the former one back."
        )
    return StoreUnavailableError(
        f"The register in {path} was deleted or moved while the program runs, so nothing can be stored. Put "
        "the file back, or restore a backup and restart the program."
    )


def log_lost(path: Path) -> StoreUnavailableError:
    """The error for a log that isn't the one that was opened any more."""
    return StoreUnavailableError(
        f"A file beside the register in {path}, with the same name and -wal or -shm, was removed or replaced "
        "while the program runs. Try again; if the problem remains, restart the program."
    )
