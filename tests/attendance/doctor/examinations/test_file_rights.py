"""Others may not read data, keys and secrets, and this user may write them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from attendance.doctor.examinations.file_rights import examine, rights_of
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")


def test_what_the_program_makes_is_closed(settings: Settings, register: Store) -> None:
    assert grades(examine(site_of(settings, store=register))) == [OK]


@pytest.mark.parametrize("name", ["", FILE_NAME, "../config", "../config/site-key"])
def test_what_others_may_read_is_a_problem_with_the_command_that_closes_it(
    name: str, settings: Settings, register: Store
) -> None:
    path = (settings.data / name).resolve()
    path.chmod(path.stat().st_mode | 0o044)
    found = list(examine(site_of(settings, store=register)))
    assert grades(found) == [PROBLEM]
    assert f"chmod go-rwx {path}" in words(found)


def test_a_file_of_another_user_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site-key"
    path.touch(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert grades(rights_of(path)) == [NOTE]


def test_a_file_that_may_not_be_written_or_is_gone_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "site-key"
    assert grades(rights_of(path)) == [PROBLEM]
    path.touch(0o600)
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = list(rights_of(path))
    assert grades(found) == [PROBLEM]
    assert "can't read and write" in words(found)
