"""Counts the statements that a thread sends to SQLite, and the rows that it fetches."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


class _Count:
    statements = 0
    rows = 0


class _CountingCursor(sqlite3.Cursor):
    """A cursor that counts the rows that are fetched with it."""

    def fetchall(self) -> list[Any]:
        """See ``sqlite3.Cursor``."""
        rows = super().fetchall()
        _Count.rows += len(rows)
        return rows

    def fetchone(self) -> Any:
        """See ``sqlite3.Cursor``."""
        row = super().fetchone()
        _Count.rows += row is not None
        return row

    def __next__(self) -> Any:
        """See ``sqlite3.Cursor``."""
        row = super().__next__()
        _Count.rows += 1
        return row


class _CountingConnection(sqlite3.Connection):
    """A connection that counts the statements that are executed with it."""

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """See ``sqlite3.Connection``."""
        _Count.statements += 1
        return self.cursor(_CountingCursor).execute(*statement)


@contextmanager
def counting() -> Iterator[None]:
    """Count what connections do that are opened inside; for one thread."""
    usual = sqlite3.connect
    sqlite3.connect = partial(usual, factory=_CountingConnection)  # type: ignore[assignment]
    try:
        yield
    finally:
        sqlite3.connect = usual


def counted() -> tuple[int, int]:
    """Statements and fetched rows so far."""
    return _Count.statements, _Count.rows
