"""What the terminal says about the site's key at the first start and later."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from attendance.console.screen import Screen
from attendance.errors import SiteKeyError
from attendance.open_register import open_register
from attendance.sealing.confirming import confirm
from attendance.sealing.key_sources import find_keys
from attendance.sealing.recovery import recovery_key
from attendance.settings.settings import Settings
from client.startup.key_notices import tell_about_keys


class Terminal(io.StringIO):
    """A person looks at it."""

    def isatty(self) -> bool:
        return True


def start(settings: Settings, out: io.StringIO) -> str:
    """What a start says."""
    with open_register(settings) as register:
        tell_about_keys(register, Screen(out))
    return " ".join(out.getvalue().split())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site of its own."""
    return Settings(config=tmp_path / "config", models=tmp_path, data=tmp_path / "data")


def test_the_recovery_key_is_printed_once_and_asked_for_until_it_is_confirmed(settings: Settings) -> None:
    first = start(settings, Terminal())
    key = recovery_key(find_keys(settings, create=False).current)
    assert key in first
    assert "unless the disk is encrypted" in first
    second = start(settings, Terminal())
    assert key not in second
    assert "keys recovery" in second
    with open_register(settings) as register:
        with pytest.raises(SiteKeyError, match="isn't the last group"):
            confirm(settings, register.store, "AAA")
        confirm(settings, register.store, key[-4:].lower())
    assert start(settings, Terminal()) == ""


def test_no_log_gets_the_recovery_key(settings: Settings) -> None:
    first = start(settings, io.StringIO())
    assert recovery_key(find_keys(settings, create=False).current) not in first
    assert "keys recovery" in first
