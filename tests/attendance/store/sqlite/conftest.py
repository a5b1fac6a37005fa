"""A register in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the register will be."""
    return tmp_path / "data" / "attendance.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """A register with some records."""
    opened = new_store(path)
    fill(opened)
    yield opened
    opened.close()
