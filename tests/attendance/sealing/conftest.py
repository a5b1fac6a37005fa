"""A site of its own: a data folder, and a folder for keys beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.settings.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site on SQLite."""
    return Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
