"""Which files rotation deletes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.backup import rotation
from attendance.backup.rotation import rotate_backups
from attendance.backup.sealed_stream import BACKUP
from tests.attendance.backup.conftest import NOW


def put(path: Path, days: float, content: bytes = BACKUP.magic) -> Path:
    """A file that was written so many days ago."""
    path.write_bytes(content)
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def test_keys_are_deleted_after_30_days_and_backups_only_on_demand(tmp_path: Path) -> None:
    newest = put(tmp_path / "c.backup", 0)
    older = put(tmp_path / "b.backup", 40)
    young, old = put(tmp_path / "c.backup.keys", 29.9), put(tmp_path / "b.backup.keys", 30.1)
    foreign = put(tmp_path / "house.keys", 100, b"somebody else's")
    assert rotate_backups(newest, None, NOW) == (old,)
    assert rotate_backups(newest, 1, NOW) == (older,)
    assert {*tmp_path.iterdir()} == {newest, young, foreign}


def test_the_backup_just_made_is_kept_whatever_the_times_are(tmp_path: Path) -> None:
    made = put(tmp_path / "a.backup", 10)
    other = put(tmp_path / "b.backup", -1)
    assert rotate_backups(made, 1, NOW) == (other,)
    assert made.exists()


def test_another_rotation_in_the_same_folder_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = put(tmp_path / "c.backup", 0)
    for name in ("a.backup", "b.backup"):
        put(tmp_path / name, 40)
        put(tmp_path / f"{name}.keys", 40)
    is_ours = rotation._is_ours

    def ours(path: Path) -> bool:
        found = is_ours(path)
        if path != newest:
            path.unlink()
        return found

    def listed(folder: Path) -> Iterator[Path]:
        for path in sorted(iterdir(folder)):
            if path.suffix == ".keys":
                path.unlink()
            yield path

    iterdir = Path.iterdir
    monkeypatch.setattr(rotation, "_is_ours", ours)
    monkeypatch.setattr(Path, "iterdir", listed)
    rotate_backups(newest, 1, NOW)
    assert [*iterdir(tmp_path)] == [newest]
