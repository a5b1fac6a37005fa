"""Connections to one SQLite file: one for each thread and process, closed when its thread ends."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attendance.errors import StoreUnavailableError
from attendance.store.sqlite_errors import translated

LONGEST_WAIT = 10.0  # seconds for another writer; one write takes milliseconds, a slow disk some hundred

# A connection belongs to the process that opened it. A forked child must neither use nor close its parent's
# (https://www.sqlite.org/howtocorrupt.html, section 2.6), so it keeps them here, untouched, until it ends.
_LEFT_TO_THE_PARENT: list[sqlite3.Connection] = []


def connect(path: Path) -> sqlite3.Connection:
    """A connection on which every commit reaches the disk and what is deleted is overwritten."""
    connection = sqlite3.connect(path, timeout=LONGEST_WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


class _Lease:
    """A connection for as long as its thread lives."""

    def __init__(self, path: Path) -> None:
        self.process = os.getpid()
        self.connection = connect(path)

    def close(self) -> None:
        if self.process == os.getpid():
            self.connection.close()
        else:
            _LEFT_TO_THE_PARENT.append(self.connection)

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self.close()


class Connections:
    """Gives each thread of each process its own connection.

    Args:
        path: the database file, which exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._closed = False
        self._start_afresh()
        if sys.platform != "win32":
            this = weakref.ref(self)

            def after_fork() -> None:
                connections = this()
                if connections is not None:
                    connections._start_afresh()  # noqa: SLF001 - its own method

            os.register_at_fork(after_in_child=after_fork)

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._of_this_thread = threading.local()
        self._leases: weakref.WeakSet[_Lease] = weakref.WeakSet()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreUnavailableError(f"The register in {self.path} was closed; open it again.")
        lease: _Lease | None = getattr(self._of_this_thread, "lease", None)
        if lease is None:
            lease = _Lease(self.path)
            with self._lock:
                self._leases.add(lease)
            self._of_this_thread.lease = lease
        return lease.connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One statement that reads; it sees all of what was committed before."""
        with translated(self.path):
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that writes: all of it or, if the block raises, nothing."""
        with translated(self.path):
            connection = self._connection()
            with transaction(connection):
                yield connection

    def close(self) -> None:
        """Close the connections of every thread of this process; calling it again does nothing."""
        self._closed = True
        with self._lock:
            leases = list(self._leases)
            self._leases.clear()
        for lease in leases:
            lease.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Take the one writer's place at once, so that what is read inside still holds when it is written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
