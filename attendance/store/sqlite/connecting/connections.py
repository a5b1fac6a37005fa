"""Connections to one SQLite file: one for each thread and process, closed when its thread ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from attendance.audit.chain.actor import acting, the_actor
from attendance.store.records import Value
from attendance.store.refusals import refuse_newer
from attendance.store.sqlite.audit.noting import AuditNotes
from attendance.store.sqlite.connecting.leases import Leases, Use
from attendance.store.sqlite.connecting.opening import LONGEST_WAIT, transaction
from attendance.store.sqlite.errors import log_lost, translated
from attendance.store.sqlite.rows import from_row
from attendance.store.sqlite.writing.shared_writes import Action, Result, SharedWrites
from attendance.store.sqlite.writing.writers_place import writers_place


class Connections:
    """Gives each thread of each process its own connection, to read with or to write in a transaction.

    A write checks after its commit, too, that the paths still lead to the open files.

    Args:
        path: the database file, which exists.
        schema: the newest schema version that this program can write; None: any.
        notes: records what transactions change, for the audit trail; None: nothing is recorded.
    """

    def __init__(self, path: Path, *, schema: int | None = None, notes: AuditNotes | None = None) -> None:
        self.path = path
        self._schema = schema
        self._notes = notes
        self._writers = writers_place(path)
        self._shared = SharedWrites(self.writing)
        self._leases = Leases(path, renew=self._renew)

    def _renew(self) -> None:
        self._writers.renew()
        self._shared.renew()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection for one reading statement, which sees everything committed before."""
        return Use(self._leases)

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
        with Use(self._leases, writes=True) as connection:
            notes = self._installed_notes()
            with translated(self.path), self._writers.taken(LONGEST_WAIT), transaction(connection):
                self._refuse_newer(connection)
                yield connection
                if notes is not None:
                    (notes.chain if is_noted else notes.discard)(connection)
            self._leases.check_database()
            if not self._leases.of_this_thread().logs.are_there():
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
        self._leases.close()

    def _installed_notes(self) -> AuditNotes | None:
        """What records the changes of this thread's connection, installed at its first write."""
        lease = self._leases.of_this_thread()
        if self._notes is not None and not lease.notes_changes:
            self._notes.install(lease.connection)
            lease.notes_changes = True
        return self._notes

    def _refuse_newer(self, connection: sqlite3.Connection) -> None:
        if self._schema is not None:
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
            refuse_newer(str(self.path), found, self._schema)
