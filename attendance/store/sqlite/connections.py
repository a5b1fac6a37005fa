"""Connections to one SQLite file: one for each thread and process, closed when its thread ends."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attendance.errors import StoreUnavailableError
from attendance.files.open_files import OpenFiles
from attendance.store.records import Value
from attendance.store.refusals import refuse_newer
from attendance.store.sqlite.errors import PRIMARY_CODE, database_lost, log_lost, translated
from attendance.store.sqlite.rows import from_row
from attendance.store.sqlite.writers_place import writers_place

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


class _Lease:
    """A connection that lives as long as its thread; ``idle`` prevents a fork while it closes.

    Attributes:
        logs: the files beside the database that it uses too, until the last connection closes.
    """

    def __init__(self, path: Path, idle: threading.Condition) -> None:
        self._idle = idle
        self.connection = connect(path)
        patiently(lambda: self.connection.execute("SELECT 1 FROM sqlite_master").fetchone())  # opens the logs
        self.logs = OpenFiles(*(path.with_name(path.name + ending) for ending in LOGS))

    def save_log(self) -> None:
        """Copy what only the log contains into the database."""
        patiently(lambda: self.connection.execute("PRAGMA wal_checkpoint(FULL)").fetchall())

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            with self._idle:
                self.connection.close()


class Connections:
    """Gives each thread of each process its own connection.

    SQLite records in memory which locks its process has, and a forked child would inherit that memory without
    the locks: even with its own connections it could lose data
    (https://www.sqlite.org/howtocorrupt.html, section 2.6). A fork therefore waits until no connection is in
    use and all are closed; parent and child open new ones when they need them.

    A file that was deleted or replaced can be written as long as it is open, and all of that is lost when the
    program ends. So each use first checks that the paths still lead to the open files, and a write checks it
    again after its commit. If only the log beside the database is gone, its content is saved first.

    Args:
        path: the database file, which exists.
        schema: the newest schema version that this program can write; None: any.
    """

    def __init__(self, path: Path, *, schema: int | None = None) -> None:
        self.path = path
        self._schema = schema
        self._database = OpenFiles(path)
        self._writers = writers_place(path)
        self._closed = False
        self._in_use = 0
        self._idle = threading.Condition()
        self._forget()
        if sys.platform != "win32":
            _close_at_forks(weakref.ref(self))

    def _forget(self) -> None:
        self._of_this_thread = threading.local()
        self._leases: weakref.WeakSet[_Lease] = weakref.WeakSet()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one reading statement, which sees everything committed before."""
        with translated(self.path), self._using() as connection:
            yield connection

    @contextmanager
    def reading_at_once(self) -> Iterator[sqlite3.Connection]:
        """A connection for several reading statements, which all see the register of one moment."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    def read_all(self, kind: type[Value], query: str, *values: object) -> list[Value]:
        """The values whose rows a query finds, in its order."""
        with self.reading() as connection:
            rows = connection.execute(query, values).fetchall()
        return [from_row(kind, row) for row in rows]

    def read_one(self, kind: type[Value], query: str, *values: object) -> Value | None:
        """The value whose row a query finds first, or None."""
        return next(iter(self.read_all(kind, query, *values)), None)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a writing transaction, which is rolled back if the block raises.

        Writers queue for it, so nothing slow belongs into the block.

        Raises:
            StoreUnavailableError: the register can't be used, or its files are no longer where they were.
            SchemaError: a newer program has changed the schema since this one started.
        """
        with translated(self.path), self._using() as connection:
            with self._writers.taken(LONGEST_WAIT), transaction(connection):
                self._refuse_newer(connection)
                yield connection
            self._check_database()
            if not self._lease().logs.are_there():
                raise log_lost(self.path)

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """A writing transaction after which what it deleted is in no file any more.

        The log contains the old pages until it is emptied. That is later while another connection reads, or
        on a full disk; what was committed stays committed.

        Raises:
            StoreUnavailableError: as ``writing`` does.
        """
        with self.writing() as connection:
            before = connection.total_changes
            yield connection
            has_changes = connection.total_changes > before
        if has_changes:
            with self._using() as connection, suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connections of all threads of this process; may be called again."""
        with self._idle:
            self._closed = True
            self._close_all()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._idle:
            if self._closed:
                raise StoreUnavailableError(f"The register in {self.path} was closed. Restart the program.")
            self._check_database()
            self._renew_log()
            self._in_use += 1
        try:
            yield self._lease().connection
        finally:
            with self._idle:
                self._in_use -= 1
                self._idle.notify_all()

    def _lease(self) -> _Lease:
        lease: _Lease | None = getattr(self._of_this_thread, "lease", None)
        if lease is None:
            lease = _Lease(self.path, self._idle)
            self._check_database()  # it may have been exchanged a moment before it was opened
            with self._idle:
                self._leases.add(lease)
            self._of_this_thread.lease = lease
        return lease

    def _refuse_newer(self, connection: sqlite3.Connection) -> None:
        if self._schema is not None:
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
            refuse_newer(str(self.path), found, self._schema)

    def _check_database(self) -> None:
        if not self._database.are_there():
            raise database_lost(self.path, is_replaced=self.path.exists())

    def _renew_log(self) -> None:
        """If a file beside the database was removed, save its content and begin with new connections.

        The caller has acquired ``_idle``. All connections of a process use the same files.
        """
        lease = next(iter(self._leases), None)
        if lease is None or lease.logs.are_there():
            return
        if lease.logs.are_replaced() or not self._idle.wait_for(lambda: self._in_use == 0, LONGEST_WAIT):
            raise log_lost(self.path)
        if lease in self._leases:  # otherwise another thread has renewed them
            lease.save_log()
            self._close_all()

    def _close_all(self) -> None:
        """Wait until no connection is in use, then close all; the caller has acquired ``_idle``."""
        self._idle.wait_for(lambda: self._in_use == 0)
        for lease in self._leases:
            lease.connection.close()
        self._forget()

    def before_fork(self) -> None:
        """Block all use of connections until after the fork."""
        self._idle.acquire()
        self._close_all()

    def after_fork_in_parent(self) -> None:
        """Allow the use of connections again."""
        self._idle.release()

    def after_fork_in_child(self) -> None:
        """Allow the use of connections again; the parent's other threads don't exist here."""
        self._idle = threading.Condition()
        self._writers.renew()


def _close_at_forks(connections: weakref.ref[Connections]) -> None:
    def calling(method: Callable[[Connections], None]) -> Callable[[], None]:
        def call() -> None:
            alive = connections()
            if alive is not None:
                method(alive)

        return call

    os.register_at_fork(
        before=calling(Connections.before_fork),
        after_in_parent=calling(Connections.after_fork_in_parent),
        after_in_child=calling(Connections.after_fork_in_child),
    )


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
