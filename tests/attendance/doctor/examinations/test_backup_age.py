"""Whether backups are made, how old the newest is, and where it lies."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.backup.rotation import keys_beside
from attendance.backup.sealed_stream import BACKUP
from attendance.doctor.examinations import backup_age
from attendance.doctor.examinations.backup_age import OLD, examine
from attendance.sealing.key_copies import LONGEST_KEPT
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.frozen_clock import MORNING


@pytest.fixture
def backing_up(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site with a folder for backups on another disk."""
    monkeypatch.setattr(backup_age, "_device_of", lambda _: -1)
    return replace(settings, backup=tmp_path / "disk")


def make(settings: Settings, age: timedelta, *, keys: bool = True) -> Path:
    assert settings.backup is not None
    settings.backup.mkdir(exist_ok=True)
    path = settings.backup / f"register-{(MORNING - age):%Y-%m-%d}.backup"
    for each in (path, keys_beside(path)) if keys else (path,):
        each.write_bytes(BACKUP.magic)
        os.utime(each, ((MORNING - age).timestamp(),) * 2)
    return path


def test_a_fresh_backup_with_its_keys_is_in_order(backing_up: Settings) -> None:
    path = make(backing_up, timedelta(hours=20))
    make(backing_up, timedelta(days=9))
    found = list(examine(site_of(backing_up)))
    assert grades(found) == [OK]
    assert str(path) in words(found)


def test_no_folder_is_a_note_and_no_backup_in_it_a_problem(settings: Settings, backing_up: Settings) -> None:
    assert grades(examine(site_of(settings))) == [NOTE]
    assert grades(examine(site_of(backing_up))) == [PROBLEM]
    assert backing_up.backup is not None
    backing_up.backup.mkdir()
    (backing_up.backup / "register-2026-11-23.backup").write_text("another program's")
    assert grades(examine(site_of(backing_up))) == [PROBLEM]


def test_an_old_one_and_one_without_keys_are_problems(backing_up: Settings) -> None:
    path = make(backing_up, OLD + timedelta(hours=1))
    found = list(examine(site_of(backing_up)))
    assert grades(found) == [PROBLEM]
    assert "2026-11-19" in words(found)
    path.unlink()
    make(backing_up, timedelta(hours=2), keys=False)
    found = list(examine(site_of(backing_up)))
    assert grades(found) == [PROBLEM]
    assert "has no keys beside it" in words(found)


def test_keys_that_are_too_old_and_the_same_disk_are_notes(settings: Settings, backing_up: Settings) -> None:
    make(backing_up, timedelta(hours=2))
    old = make(backing_up, LONGEST_KEPT + timedelta(days=1))
    found = list(examine(site_of(backing_up)))
    assert grades(found) == [OK, NOTE]
    assert keys_beside(old).name in words(found)


def test_backups_on_the_registers_disk_are_a_note(settings: Settings, tmp_path: Path) -> None:
    beside = replace(settings, backup=tmp_path / "disk")
    make(beside, timedelta(hours=2))
    found = list(examine(site_of(beside)))
    assert grades(found) == [OK, NOTE]
    assert "on the same disk" in words(found)
