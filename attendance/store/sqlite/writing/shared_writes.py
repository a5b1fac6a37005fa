"""Writes that wait at the same moment share a transaction, and so one wait for the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import copy
from threading import Event, Lock
from typing import Any, TypeVar

from attendance.errors import StoreUnavailableError

Result = TypeVar("Result")
Action = Callable[[sqlite3.Connection], Result]


class _Write:
    """One write that waits; its thread raises ``error`` or returns ``result`` once it is ``done``."""

    def __init__(self, action: Action[Any]) -> None:
        self._action = action
        self.done = Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def make(self, connection: sqlite3.Connection, *, alone: bool) -> None:
        """Write inside a transaction; what fails is undone, without what others wrote."""
        if alone:
            self.result = self._action(connection)
            return
        connection.execute("SAVEPOINT one_of_several")
        try:
            self.result = self._action(connection)
        except Exception as error:
            if not connection.in_transaction:  # the disk failed, and SQLite has undone everything
                raise
            connection.execute("ROLLBACK TO one_of_several")
            self.error = error
        connection.execute("RELEASE one_of_several")


class SharedWrites:
    """The writes of a process that may share a transaction; any number of threads may ask.

    The first one that waits becomes a writer; all that come until its turn are written with it, in their
    order, and none returns before the commit. Each is undone alone if it fails alone. If the transaction
    fails, none was written, and each gets the error.

    Args:
        writing: begins a transaction that writes, as soon as it is this thread's turn.
    """

    def __init__(self, writing: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._writing = writing
        self.renew()

    def renew(self) -> None:
        """Start again in the child of a fork, where the threads that waited don't exist."""
        self._guard = Lock()
        self._waiting: list[_Write] = []

    def write(self, action: Action[Result]) -> Result:
        """Write, perhaps together with others; returns what the action returned, once it is on disk.

        Args:
            action: writes by the connection that it is given, in any thread. It must not write otherwise.

        Raises:
            Exception: what the action raised, or what beginning or committing the transaction did.
        """
        own = _Write(action)
        with self._guard:
            self._waiting.append(own)
            is_first = len(self._waiting) == 1
        if is_first:
            self._write_all(own)
        else:
            own.done.wait()
        if own.error is not None:
            raise own.error
        result: Result = own.result
        return result

    def _write_all(self, own: _Write) -> None:
        together: list[_Write] = []
        try:
            with self._writing() as connection:
                together = self._take()
                for each in together:
                    each.make(connection, alone=len(together) == 1)
        except BaseException as error:  # noqa: BLE001 - `write` raises it, and others must not wait for ever
            together = together or self._take()
            for each in together:
                each.error = error if each is own else _error_for_others(error)
        finally:
            for each in together:
                each.done.set()

    def _take(self) -> list[_Write]:
        with self._guard:
            taken, self._waiting = self._waiting, []
            return taken


def _error_for_others(error: BaseException) -> BaseException:
    """The error of a shared transaction for another thread; each raises one of its own."""
    if isinstance(error, Exception):
        return copy(error)
    return StoreUnavailableError("A write was interrupted, and nothing was stored. Try again.")
