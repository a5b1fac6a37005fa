"""New registers for tests that are not about making them: the tables are made once, then copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from attendance.store.sqlite.store import SQLiteStore


def new_store(path: Path) -> SQLiteStore:
    """A register in this file; an empty one where there was none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())
        path.chmod(0o600)
    return SQLiteStore(path)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite3")
        SQLiteStore(path).close()  # now all of it is in the one file
        return path.read_bytes()
