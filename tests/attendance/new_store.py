"""New registers for tests that are not about making them: the tables are made once, then copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

from attendance.audit.chain.actor import Actor, acting
from attendance.store.sqlite import store as sqlite_store
from attendance.store.sqlite.store import SQLiteStore


def new_store(path: Path) -> SQLiteStore:
    """A register in this file; an empty one where there was none, whose copied tables need no look."""
    if path.exists():
        return SQLiteStore(path)
    make_database(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_store, "prepare", lambda _: None)
        return SQLiteStore(path)


def make_database(path: Path) -> None:
    """Make the file an empty register, unless it exists."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())
        path.chmod(0o600)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite3")
        with acting(Actor()):  # whoever asks first, maybe a command
            SQLiteStore(path).close()  # now all of it is in the one file
        return path.read_bytes()
