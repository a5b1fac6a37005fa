"""Connections to one SQLite file: one for each thread and process, closed when its thread ends."""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from attendance.audit.chain.actor import acting, the_actor
from attendance.errors import StoreUnavailableError
from attendance.files.open_files import OpenFiles
from attendance.store.records import Value
from attendance.store.refusals import refuse_newer
from attendance.store.sqlite.audit.noting import AuditNotes
from attendance.store.sqlite.errors import database_lost, log_lost, meaning_of, translated
from attendance.store.sqlite.forks import call_at_forks
from attendance.store.sqlite.opening import LONGEST_WAIT, Lease, transaction
from attendance.store.sqlite.rows import from_row
from attendance.store.sqlite.writing.shared_writes import Action, Result, SharedWrites
from attendance.store.sqlite.writing.writers_place import writers_place

LOOK_SECONDS = 0.005
"""For reads, how long the files count as those that were opened, once anybody has looked: looking at each of
a check-in's reads took 3 % of it under load."""


class _Use:
    """One use of this thread's connection; what SQLite raises inside is translated.

    A class, as a generator takes twice as long, and each check-in reads several times.
    """

    __slots__ = ("_connections", "_writes")

    def __init__(self, connections: Connections, *, writes: bool = False) -> None:
        self._connections = connections
        self._writes = writes

    def __enter__(self) -> sqlite3.Connection:
        with translated(self._connections.path):
            return self._connections.begin_use(writes=self._writes)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connections.end_use()
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            raise meaning_of(error, self._connections.path) from error


class Connections:
    """Gives each thread of each process its own connection.

    SQLite records in memory which locks its process has, and a forked child would inherit that memory without
    the locks: even with its own connections it could lose data
    (https://www.sqlite.org/howtocorrupt.html, section 2.6). A fork therefore waits until no connection is in
    use and all are closed; parent and child open new ones when they need them.

    A file that was deleted or replaced can be written as long as it is open, and all of that is lost when the
    program ends. So each use first checks that the paths still lead to the open files, for a read unless
    another one did a moment ago, and a write checks it again after its commit. If only the log beside the
    database is gone, its content is saved first.

    Args:
        path: the database file, which exists.
        schema: the newest schema version that this program can write; None: any.
        notes: records what transactions change, for the audit trail; None: nothing is recorded.
    """

    def __init__(self, path: Path, *, schema: int | None = None, notes: AuditNotes | None = None) -> None:
        self.path = path
        self._schema = schema
        self._notes = notes
        self._database = OpenFiles(path)
        self._writers = writers_place(path)
        self._shared = SharedWrites(self.writing)
        self._closed = False
        self._in_use = 0
        self._look_at = 0.0  # when to look at the files again, by the monotonic clock
        self._idle = threading.Condition()
        self._forget()
        call_at_forks(self)

    def _forget(self) -> None:
        self._of_this_thread = threading.local()
        self._leases: weakref.WeakSet[Lease] = weakref.WeakSet()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection for one reading statement, which sees everything committed before."""
        return _Use(self)

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
    def writing(self, *, is_noted: bool = True) -> Iterator[sqlite3.Connection]:
        """A connection inside a writing transaction, which is rolled back if the block raises.

        Writers queue for it, so nothing slow belongs into the block.

        Args:
            is_noted: whether the audit trail records the changes.

        Raises:
            StoreUnavailableError: the register can't be used, or its files are no longer where they were.
            SchemaError: a newer program has changed the schema since this one started.
        """
        with _Use(self, writes=True) as connection:
            notes = self._installed_notes()
            with translated(self.path), self._writers.taken(LONGEST_WAIT), transaction(connection):
                self._refuse_newer(connection)
                yield connection
                if notes is not None:
                    (notes.chain if is_noted else notes.discard)(connection)
            self._check_database()
            if not self._lease().logs.are_there():
                raise log_lost(self.path)

    def write(self, action: Action[Result]) -> Result:
        """Write what check-ins write, perhaps in one transaction with others that wait; see ``SharedWrites``.

        Raises:
            StoreUnavailableError: as ``writing`` does; then nothing was written.
            SchemaError: likewise.
        """
        actor = the_actor()  # of this thread, while perhaps another one writes

        def acted(connection: sqlite3.Connection) -> Result:
            with acting(actor):
                result = action(connection)
                if self._notes is not None:
                    self._notes.chain(connection)
            return result

        with translated(self.path):
            return self._shared.write(acted)

    @contextmanager
    def erasing(self, *, is_noted: bool = True) -> Iterator[sqlite3.Connection]:
        """A writing transaction after which what it deleted is in no file any more.

        The log contains the old pages until it is emptied. That is later while another connection reads, or
        on a full disk; what was committed stays committed.

        Raises:
            StoreUnavailableError: as ``writing`` does.
        """
        with self.writing(is_noted=is_noted) as connection:
            before = connection.total_changes
            yield connection
            has_changes = connection.total_changes > before
        if has_changes:
            with self.reading() as connection, suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connections of all threads of this process; may be called again."""
        with self._idle:
            self._closed = True
            self._close_all()

    def begin_use(self, *, writes: bool) -> sqlite3.Connection:
        """This thread's connection, which nobody closes before ``end_use``.

        Args:
            writes: whether to look at the files in any case.

        Raises:
            StoreUnavailableError: the register was closed, or its files are no longer where they were.
        """
        with self._idle:
            if self._closed:
                raise StoreUnavailableError(f"The register in {self.path} was closed. Restart the program.")
            if writes or time.monotonic() >= self._look_at:
                self._check_database()
                self._renew_log()
                self._look_at = time.monotonic() + LOOK_SECONDS
            self._in_use += 1
        try:
            return self._lease().connection
        except BaseException:
            self.end_use()
            raise

    def end_use(self) -> None:
        """The connection may be closed, as at a fork."""
        with self._idle:
            self._in_use -= 1
            if not self._in_use:
                self._idle.notify_all()

    def _lease(self) -> Lease:
        lease: Lease | None = getattr(self._of_this_thread, "lease", None)
        if lease is None:
            lease = Lease(self.path, self._idle)
            self._check_database()  # it may have been exchanged a moment before it was opened
            with self._idle:
                self._leases.add(lease)
            self._of_this_thread.lease = lease
        return lease

    def _installed_notes(self) -> AuditNotes | None:
        """What records the changes of this thread's connection, installed at its first write."""
        lease = self._lease()
        if self._notes is not None and not lease.notes_changes:
            self._notes.install(lease.connection)
            lease.notes_changes = True
        return self._notes

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
        self._shared.renew()
