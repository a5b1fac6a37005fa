"""Copies a whole SQLite register while others write it, checks copies, and puts one in place."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.files.whole_file import PRIVATE
from attendance.store.sqlite.connecting.opening import LOGS, connect
from attendance.store.sqlite.errors import PRIMARY_CODE, translated
from attendance.store.sqlite.writing.writers_place import ENDING

BESIDE = (*LOGS, "-journal", ENDING)
"""Endings of the files that belong to the one database they were made beside, and damage any other."""
ENDING_WAIT = 1.0  # seconds for a command that is just ending
_OPEN_BYTE = 128
"""Of ``-shm``: SQLite has a shared lock on it while any connection is open (its source, ``UNIX_SHM_DMS``)."""

if sys.platform == "win32":

    def is_open(path: Path) -> bool:
        """Whether a program has the register open; unknown here, where an open file can't be deleted."""
        del path
        return False

else:
    import fcntl

    def is_open(path: Path) -> bool:
        """Whether another program has the register open, even one that was deleted under it."""
        try:
            descriptor = os.open(path.with_name(path.name + LOGS[1]), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _OPEN_BYTE)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False


def refuse_in_use(path: Path) -> None:
    """Check that no other connection has the register open, in whichever process and on whichever system.

    In WAL mode each connection has a shared lock on the database as long as it is open, so that an exclusive
    one is only given to somebody who is alone.

    Args:
        path: the register; may not exist.

    Raises:
        StoreUnavailableError: a program has it open.
    """
    existing = f"{path.absolute().as_uri()}?mode=rw"
    if not path.exists():
        return
    with (
        translated(path),
        closing(sqlite3.connect(existing, uri=True, timeout=ENDING_WAIT, isolation_level=None)) as alone,
    ):
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            alone.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            raise _in_use(path) from error
        alone.execute("ROLLBACK")


def copy_whole(path: Path, target: Path) -> dict[str, int]:
    """Copy the register of one moment into a new file; writers go on meanwhile.

    Args:
        path: the register.
        target: where nothing may be yet; readable by its owner only.

    Returns:
        The number of records in each table of the copy.

    Raises:
        StoreUnavailableError: the register can't be read, or there is no space for the copy.
        SchemaError: it is damaged.
    """
    with translated(path):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
        with closing(connect(path)) as source, closing(connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file that is complete
            return _counts(copy)


def check_whole(path: Path) -> dict[str, int]:
    """Read every page of a copy.

    Returns:
        The number of records in each table.

    Raises:
        SchemaError: it is damaged.
    """
    with translated(path), closing(connect(path)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)").fetchall()]
        if found != ["ok"]:
            raise SchemaError(f"The copy of the register in {path} is damaged: {'; '.join(found)}.")
        return _counts(connection)


def put_in_place(copy: Path, path: Path) -> None:
    """Make a copy the register, in one step, after deleting what an earlier file left beside it.

    Args:
        copy: in the same folder or below it; afterwards it may still be there.
        path: where no register may be.

    Raises:
        StoreUnavailableError: a register is there, a program has one open, or the folder isn't writable.
    """
    if is_open(path):
        raise _in_use(path)
    if path.exists():
        raise taken(path)
    try:
        for ending in BESIDE:
            path.with_name(path.name + ending).unlink(missing_ok=True)
        _move_to_free(copy, path)
    except FileExistsError as error:
        raise taken(path) from error
    except OSError as error:
        raise StoreUnavailableError(
            f"The register can't be put to {path}: {error}. Nothing is there. Give this user the right to "
            "write there, or free some space, and try again."
        ) from error


def _in_use(path: Path) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"A program has the register in {path} open. Stop the server and all commands, then try again. "
        "Nothing was changed."
    )


def taken(path: Path) -> StoreUnavailableError:
    """The error for a place where a register is already."""
    return StoreUnavailableError(
        f"There is already a register in {path}, which is never overwritten. Stop the server, move "
        "the data folder away, and try again, or name another folder with --data. Nothing was changed."
    )


def _move_to_free(copy: Path, path: Path) -> None:
    try:
        os.link(copy, path)
    except FileExistsError:
        raise
    except OSError:  # no hard links here, as on a USB stick; ``rename`` replaces, but only on POSIX
        copy.rename(path)
    if sys.platform != "win32":  # which can't open folders
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [str(row[0]) for row in connection.execute(query).fetchall()]
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - a table's
        for name in names
    }
