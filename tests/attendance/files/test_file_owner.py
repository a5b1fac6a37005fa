"""Root writes nothing beside another user's register."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from attendance.errors import SettingsError
from attendance.files.private_folder import owner_beside_root
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no root")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")


def found(path: Path, *, user: int, owner: int, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Whose a file is to a program of this user."""
    about = os.stat_result((0o100600, 1, 1, 1, owner, owner, 0, 0, 0, 0))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: about)
    return owner_beside_root(path)


@pytest.mark.parametrize(
    ("user", "owner", "name"), [(0, 0, None), (0, 64321, "#64321"), (1000, 64321, None), (1000, 0, None)]
)
def test_only_root_is_asked_to_be_somebody_else(
    user: int, owner: int, name: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(tmp_path, user=user, owner=owner, monkeypatch=monkeypatch) == name


def test_a_file_that_is_missing_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert owner_beside_root(tmp_path / "none") is None


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="needs root, who may give files away"
)
def test_root_is_refused_and_nothing_is_written(settings: Settings) -> None:
    open_sealed_store(settings).close()
    os.chown(settings.data / FILE_NAME, 64321, 64321)
    before = sorted(settings.data.parent.rglob("*"))
    with pytest.raises(SettingsError, match=r"belongs to the user #64321, and this program runs as root"):
        open_sealed_store(settings)
    assert sorted(settings.data.parent.rglob("*")) == before
