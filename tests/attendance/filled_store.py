"""Registers that many tests begin with: written once in each process, then copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing

from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore

_written: dict[Hashable, sqlite3.Connection] = {}  # in memory


def fill_once(store: Store, content: Hashable, fill: Callable[[], object]) -> None:
    """Fill a store; if it is a new SQLite database, with a copy of what filling one wrote before.

    Args:
        store: an open one.
        content: everything that the content depends on; the same for the same content.
        fill: writes it.
    """
    if not isinstance(store, SQLiteStore) or not _is_new(store):
        fill()
        return
    if content not in _written:
        fill()
        _written[content] = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(store._connections.path)) as source:
            source.backup(_written[content])
        return
    with closing(sqlite3.connect(store._connections.path)) as target:
        _written[content].backup(target)


def _is_new(store: SQLiteStore) -> bool:
    """Whether nothing was written since ``new_store`` copied the tables."""
    log = store._connections.path.with_name(f"{store._connections.path.name}-wal")
    return not log.exists() or not log.stat().st_size
