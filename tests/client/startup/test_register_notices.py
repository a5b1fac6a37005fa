"""Each start says that the register is older than it was, if it is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.backup.heads import heads_file
from attendance.console.screen import Screen
from attendance.settings.settings import Settings
from client import create_app
from client.startup.register_notices import tell_about_older_register
from tests.attendance.fake_engines import open_fake_register
from tests.client.conftest import make_counters


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site whose register has lost what its heads name."""
    made = Settings(config=tmp_path / "config", models=tmp_path, data=tmp_path / "data")
    path = heads_file(made)
    path.parent.mkdir(parents=True)
    path.write_text("Timestamp,Head\n2026-11-22T12:00:00+00:00,9999-0A1B-2C3D-4E5F-6789\n", "utf-8")
    return made


def test_the_terminal_says_so(settings: Settings, tmp_path: Path) -> None:
    out = io.StringIO()
    with open_fake_register(settings) as register:
        tell_about_older_register(register, Screen(out))
    assert "its audit trail ends before entry 9999" in " ".join(out.getvalue().split())
    assert "restore the latest backup" in " ".join(out.getvalue().split())
    with open_fake_register(replace(settings, daily_csv=tmp_path / "lists")) as register:
        tell_about_older_register(register, Screen(fine := io.StringIO()))
    assert fine.getvalue() == ""


def test_without_a_terminal_the_log_says_so(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings = replace(settings, engine="dlib")
    make_counters(settings.data)
    app = create_app(settings)
    app.extensions["register"].close()
    assert "its audit trail ends before entry 9999" in caplog.text
