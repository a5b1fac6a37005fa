"""Opens connections to an SQLite file, and begins transactions that write."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attendance.files.open_files import OpenFiles
from attendance.store.sqlite.errors import PRIMARY_CODE

LONGEST_WAIT = 10.0  # seconds for another writer; a write takes milliseconds, or some hundred on a slow disk
LOGS = ("-wal", "-shm")  # what SQLite adds to the database's name for the files beside it
PAUSE = 0.02  # seconds between retries where SQLite doesn't wait


def connect(path: Path) -> sqlite3.Connection:
    """A connection to an existing file on which commits reach the disk and deleted data is overwritten."""
    existing = f"{path.absolute().as_uri()}?mode=rw"  # otherwise SQLite would create a missing file
    connection = sqlite3.connect(
        existing, uri=True, timeout=LONGEST_WAIT, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        patiently(lambda: connection.execute("PRAGMA synchronous = FULL"))
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def patiently(action: Callable[[], object]) -> None:
    """Retry where SQLite doesn't wait: opening while another connection closes, changing journal mode."""
    last_try = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            action()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > last_try:
                raise
            time.sleep(PAUSE)
        else:
            return


class Lease:
    """A connection that lives as long as its thread; ``idle`` prevents a fork while it closes.

    Attributes:
        logs: the files beside the database that it uses too, until the last connection closes.
        notes_changes: whether the audit trail's triggers are installed.
    """

    def __init__(self, path: Path, idle: threading.Condition) -> None:
        self._idle = idle
        self.connection = connect(path)
        patiently(lambda: self.connection.execute("SELECT 1 FROM sqlite_master").fetchone())  # opens the logs
        self.logs = OpenFiles(*(path.with_name(path.name + ending) for ending in LOGS))
        self.notes_changes = False

    def save_log(self) -> None:
        """Copy what only the log contains into the database."""
        patiently(lambda: self.connection.execute("PRAGMA wal_checkpoint(FULL)").fetchall())

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            with self._idle:
                self.connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Become the only writer at once, so that nothing read inside changes before the transaction ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
