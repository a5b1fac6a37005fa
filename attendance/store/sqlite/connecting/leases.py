"""Which connection each thread of a process uses, and when it is closed."""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from attendance.errors import StoreUnavailableError
from attendance.files.open_files import OpenFiles
from attendance.store.sqlite.connecting.forks import call_at_forks
from attendance.store.sqlite.connecting.opening import LONGEST_WAIT, Lease
from attendance.store.sqlite.errors import database_lost, log_lost, meaning_of, translated

LOOK_SECONDS = 0.005
"""For reads, how long the files count as those that were opened, once anybody has looked: looking at each of
a check-in's reads took 3 % of it under load."""


class Use:
    """One use of this thread's connection; what SQLite raises inside is translated.

    A class, as a generator takes twice as long, and each check-in reads several times.
    """

    __slots__ = ("_leases", "_writes")

    def __init__(self, leases: Leases, *, writes: bool = False) -> None:
        self._leases = leases
        self._writes = writes

    def __enter__(self) -> sqlite3.Connection:
        with translated(self._leases.path):
            return self._leases.begin_use(writes=self._writes)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leases.end_use()
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            raise meaning_of(error, self._leases.path) from error


class Leases:
    """The connections of one process to one file, which follow its threads, its forks and the file itself.

    SQLite records in memory which locks its process has, and a forked child would inherit that memory without
    the locks: even with its own connections it could lose data
    (https://www.sqlite.org/howtocorrupt.html, section 2.6). A fork therefore waits until no connection is in
    use and all are closed; parent and child open new ones when they need them.

    A file that was deleted or replaced can be written as long as it is open, and all of that is lost when the
    program ends. So each use first checks that the paths still lead to the open files, for a read unless
    another one did a moment ago. If only the log beside the database is gone, its content is saved first.

    Args:
        path: the database file, which exists.
        renew: called in a forked child, where the parent's other threads don't exist.
    """

    def __init__(self, path: Path, *, renew: Callable[[], None]) -> None:
        self.path = path
        self._renew = renew
        self._database = OpenFiles(path)
        self._closed = False
        self._in_use = 0
        self._look_at = 0.0  # when to look at the files again, by the monotonic clock
        self._idle = threading.Condition()
        self._forget()
        call_at_forks(self)

    def _forget(self) -> None:
        self._of_this_thread = threading.local()
        self._leases: weakref.WeakSet[Lease] = weakref.WeakSet()

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
                self.check_database()
                self._renew_log()
                self._look_at = time.monotonic() + LOOK_SECONDS
            self._in_use += 1
        try:
            return self.of_this_thread().connection
        except BaseException:
            self.end_use()
            raise

    def end_use(self) -> None:
        """The connection may be closed, as at a fork."""
        with self._idle:
            self._in_use -= 1
            if not self._in_use:
                self._idle.notify_all()

    def of_this_thread(self) -> Lease:
        """The connection of this thread, opened at its first use."""
        lease: Lease | None = getattr(self._of_this_thread, "lease", None)
        if lease is None:
            lease = Lease(self.path, self._idle)
            self.check_database()  # it may have been exchanged a moment before it was opened
            with self._idle:
                self._leases.add(lease)
            self._of_this_thread.lease = lease
        return lease

    def check_database(self) -> None:
        """Raise ``StoreUnavailableError`` if the database is no longer where it was opened."""
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
        self._renew()
