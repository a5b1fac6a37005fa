"""How much is free where something is stored."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from attendance.doctor.examinations.disks import ENOUGH, examine, spaces
from attendance.files.free_space import LEAST_FREE_BYTES
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words

Usage = namedtuple("Usage", ["total", "used", "free"])  # noqa: PYI024 - as shutil's


@pytest.mark.parametrize(
    ("free", "expected"), [(ENOUGH, OK), (ENOUGH - 1, NOTE), (LEAST_FREE_BYTES - 1, PROBLEM)]
)
def test_little_is_a_note_and_too_little_a_problem(
    free: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**40, 0, free))
    found = list(spaces({"ATTENDANCE_DATA": tmp_path / "is not there yet"}))
    assert grades(found) == [expected]
    assert "ATTENDANCE_DATA" in words(found)


def test_a_disk_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    found = list(spaces({"ATTENDANCE_BACKUP": tmp_path}))
    assert grades(found) == [PROBLEM]
    assert "Input/output error" in words(found)


def test_every_folder_of_a_site_is_looked_at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**40, 0, 2**40))
    found = words(examine(site_of(settings)))
    assert "ATTENDANCE_DATA, ATTENDANCE_KEYS, ATTENDANCE_CACHE" in found
