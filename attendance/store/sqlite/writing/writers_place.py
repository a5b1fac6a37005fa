"""The place of the one writer of an SQLite file: writers queue for it instead of trying again and again.

SQLite itself has a writer try until it happens upon a free moment, so of many some wait for long. Here
the threads of a process are served in the order in which they came, and processes one after the other, by
locks on a file beside the database. SQLite's own lock still decides: where that file can't be locked, as on
Windows and some network drives, or by a program that doesn't know of it, writers meet there as before.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from pathlib import Path

ENDING = "-writers"  # added to the database's name; the file is empty, and deleting it is harmless
OWNER_ONLY = 0o600


class WritersPlaceTimeoutError(Exception):
    """The place was not free in time; translated where the wait begins."""


class WritersPlace:
    """Who writes to one file; any number of threads may ask.

    Args:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(path.name + ENDING)
        self.renew()

    def renew(self) -> None:
        """Start again in the child of a fork, where the parent's other threads don't exist."""
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._is_taken = False
        self._turn = _Turn(self._file)

    @contextlib.contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Be the only writer inside the block, as soon as all who came before are done.

        Args:
            seconds: how long to wait.

        Raises:
            WritersPlaceTimeoutError: it took longer.
        """
        until = time.monotonic() + seconds
        self._enter(until)
        try:
            self._turn.take(until)
            try:
                yield
            finally:
                self._turn.give_back()
        finally:
            self._leave()

    def _enter(self, until: float) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            own = threading.Lock()
            own.acquire()
            self._queue.append(own)
        try:
            if own.acquire(timeout=max(0.0, until - time.monotonic())):
                return
        except BaseException:  # such as Ctrl+C
            if not self._has_left_queue(own):
                self._leave()
            raise
        if self._has_left_queue(own):
            raise WritersPlaceTimeoutError
        # It was handed over at the last moment.

    def _has_left_queue(self, own: threading.Lock) -> bool:
        """Leave the queue; False if the place was handed over meanwhile."""
        with self._guard:
            if own not in self._queue:
                return False
            self._queue.remove(own)
            return True

    def _leave(self) -> None:
        """Hand the place over to the first in the queue."""
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._is_taken = False


_places: weakref.WeakValueDictionary[Path, WritersPlace] = weakref.WeakValueDictionary()
_places_guard = threading.Lock()


def writers_place(path: Path) -> WritersPlace:
    """The place for a database, the same for all stores of this process.

    Args:
        path: the database.
    """
    with _places_guard:
        return _places.setdefault(path.absolute(), WritersPlace(path.absolute()))


class _NoTurn:
    """Where files can't be locked so: all go on, and meet at SQLite's own lock."""

    def __init__(self, path: Path) -> None:
        del path

    def take(self, until: float) -> None:
        """Go on."""

    def give_back(self) -> None:
        """Nothing was taken."""


if sys.platform == "win32":
    _Turn = _NoTurn
else:
    import fcntl

    _LINE, _WRITER = 0, 1  # the bytes of the file that are locked

    class _Turn:
        """One process after the other; of a process, one thread at a time may ask.

        Two bytes of a file are locked. The writer has the second one, and the process that comes next has the
        first one while it waits. So a process that has just written can't begin again before that one. The
        kernel wakes the process that waits, and frees the bytes of one that ends, however it ends.

        A lock that is waited for in the kernel has no deadline. So a thread waits for it, which goes on when
        the deadline has passed: the lock is then for the next who asks, or is given back.

        Args:
            path: the file, made when it is first used.
        """

        def __init__(self, path: Path) -> None:
            self._path = path
            self._file: int | None = None
            self._changed = threading.Condition()
            self._is_wanted = self._is_held = self._is_waiting = False

        def __del__(self) -> None:
            if self._file is not None:
                os.close(self._file)

        def take(self, until: float) -> None:
            """Wait for the turn of this process.

            Raises:
                WritersPlaceTimeoutError: it did not come in time.
            """
            with self._changed:
                if self._is_waiting or not self._is_free():
                    self._wait(until)

        def _is_free(self) -> bool:
            """Take the turn if nobody has it, or if the file can't be locked."""
            try:
                if self._file is None:
                    self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
            except OSError:  # writing the database says what is wrong with the folder
                return True
            try:
                self._lock(_LINE, fcntl.LOCK_NB)
                try:
                    self._lock(_WRITER, fcntl.LOCK_NB)
                finally:
                    self._unlock(_LINE)
            except OSError as error:  # others have it, or the file system has no locks
                return error.errno not in (errno.EAGAIN, errno.EACCES)
            self._is_held = True
            return True

        def _wait(self, until: float) -> None:
            if not self._is_waiting:
                try:
                    threading.Thread(target=self._wait_in_kernel, name="writers-place", daemon=True).start()
                except RuntimeError:  # no more threads, or the program ends: SQLite's own lock decides
                    return
                self._is_waiting = True  # it can't have ended before: that needs what this thread has
            self._is_wanted = True
            try:
                in_time = self._changed.wait_for(self._has_turn, max(0.0, until - time.monotonic()))
            except BaseException:  # such as Ctrl+C
                self._give_back()
                raise
            finally:
                self._is_wanted = False
            if not in_time:
                raise WritersPlaceTimeoutError

        def _has_turn(self) -> bool:
            return not self._is_waiting

        def _wait_in_kernel(self) -> None:
            is_locked = False
            with contextlib.suppress(OSError):  # go on as without locks
                self._lock(_LINE)
                try:
                    self._lock(_WRITER)
                    is_locked = True
                finally:  # else no other process would ever come next
                    self._unlock(_LINE)
            with self._changed:
                self._is_waiting = False
                self._is_held = is_locked and self._is_wanted
                if is_locked and not self._is_held:
                    self._unlock(_WRITER)
                self._changed.notify_all()

        def give_back(self) -> None:
            """Let the next process write."""
            with self._changed:
                self._give_back()

        def _give_back(self) -> None:
            if self._is_held:
                self._is_held = False
                self._unlock(_WRITER)

        def _lock(self, byte: int, flags: int = 0) -> None:
            assert self._file is not None
            fcntl.lockf(self._file, fcntl.LOCK_EX | flags, 1, byte)

        def _unlock(self, byte: int) -> None:
            assert self._file is not None
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)
