"""The wrapped keys of students in an SQLite file of their own, outside the register and its backups."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock

from attendance.errors import StoreUnavailableError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import BINARY
from attendance.store.sqlite.connecting.opening import connect, patiently, transaction

TABLE = "CREATE TABLE IF NOT EXISTS keys (subject TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL)"
JOURNAL = "-journal"  # what SQLite adds to the file's name for the journal beside it
_LEFT_TO_THE_PARENT: list[sqlite3.Connection] = []  # a forked child must not close them


class SQLiteStudentKeys:
    """See ``StudentKeys``; for any number of threads and processes of one machine.

    The file has no write-ahead log, SQLite overwrites deleted rows with zeros, and the rollback journal, with
    its pages of before, is overwritten after such a commit. So a forgotten key, or the former one of a key
    that was wrapped again, is in no file any more. What a disk keeps of a block that was overwritten, as many
    SSDs do, no program reaches.

    Args:
        path: the file; created if it doesn't exist, readable by its owner only.

    Raises:
        StoreUnavailableError: it can't be created or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        with self._overwriting() as connection:  # what a crash between commit and overwriting has left
            connection.execute(TABLE)

    def wrapped(self, subject: str) -> bytes | None:
        """See ``StudentKeys``."""
        with self._using() as connection:
            return _wrapped(connection, subject)

    def add(self, subject: str, wrapped: bytes) -> bytes:
        """See ``StudentKeys``."""
        statement = "INSERT INTO keys (subject, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING"
        with self._writing() as connection:
            connection.execute(statement, (subject, wrapped))
            return _wrapped(connection, subject) or wrapped

    def exchange(self, subject: str, before: bytes, after: bytes) -> bool:
        """See ``StudentKeys``."""
        statement = "UPDATE keys SET wrapped = ? WHERE subject = ? AND wrapped = ?"
        with self._overwriting() as connection:
            return connection.execute(statement, (after, subject, before)).rowcount == 1

    def forget(self, *subjects: str) -> None:
        """See ``StudentKeys``."""
        with self._overwriting() as connection:
            connection.executemany("DELETE FROM keys WHERE subject = ?", [(each,) for each in subjects])

    def all(self) -> Mapping[str, bytes]:
        """See ``StudentKeys``."""
        with self._using() as connection:
            found = connection.execute("SELECT subject, wrapped FROM keys").fetchall()
        return {row["subject"]: row["wrapped"] for row in found}

    def close(self) -> None:
        """See ``StudentKeys``."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._process == os.getpid():
                connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection, transaction(connection):
            yield connection

    @contextmanager
    def _overwriting(self) -> Iterator[sqlite3.Connection]:
        """As ``_writing``; afterwards the journal has nothing of what was there before."""
        with self._using() as connection:
            with transaction(connection):
                yield connection
            # Nobody else begins a journal meanwhile, nor takes this one for that of a crash.
            with transaction(connection):
                _overwrite(self._path.with_name(self._path.name + JOURNAL))

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._own_connection()
            except (sqlite3.Error, OSError) as error:
                raise StoreUnavailableError(
                    f"The keys of students in {self._path} can't be used: {error}. Check that there is "
                    "space, and that this user may read and write the file and its folder."
                ) from error

    def _own_connection(self) -> sqlite3.Connection:
        if self._process != os.getpid():  # in a forked child
            if self._connection is not None:
                _LEFT_TO_THE_PARENT.append(self._connection)
            self._connection, self._process = None, os.getpid()
        if self._connection is None:
            make_private(self._path.parent)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            opened = connect(self._path)
            patiently(lambda: opened.execute("PRAGMA journal_mode = PERSIST").fetchall())
            self._connection = opened
        return self._connection


def _overwrite(journal: Path) -> None:
    """Fill a journal that is no longer needed with zeros, down to the disk; its blocks stay its own."""
    try:
        descriptor = os.open(journal, os.O_RDWR | BINARY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "r+b") as file:
        content = file.read()
        if any(content):
            file.seek(0)
            file.write(bytes(len(content)))
            file.flush()
            os.fsync(file.fileno())


def _wrapped(connection: sqlite3.Connection, subject: str) -> bytes | None:
    found = connection.execute("SELECT wrapped FROM keys WHERE subject = ?", (subject,)).fetchone()
    return None if found is None else bytes(found["wrapped"])


def copy_keys_file(source: Path, target: Path) -> None:
    """Copy a file of keys as it is at one moment, readable by its owner only.

    Raises:
        StoreUnavailableError: it can't be read, or there is no space.
    """
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        readable = f"{source.absolute().as_uri()}?mode=ro"  # whoever tries may not be allowed to write it
        with closing(sqlite3.connect(readable, uri=True)) as original, closing(connect(target)) as copy:
            original.backup(copy)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailableError(
            f"The keys of students in {source} can't be copied to {target}: {error}. Free some space there, "
            "or give this user the right to read them."
        ) from error
