"""A site of its own, and its register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from tests.attendance.new_store import make_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site whose folders are closed to others, as the program makes them."""
    made = Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
    for folder in (made.config, made.data):
        folder.mkdir(mode=0o700)
    return made


@pytest.fixture
def register(settings: Settings) -> Iterator[Store]:
    """Its register, sealed and open."""
    make_database(settings.data / FILE_NAME)
    opened = open_sealed_store(settings)
    yield opened
    opened.close()
