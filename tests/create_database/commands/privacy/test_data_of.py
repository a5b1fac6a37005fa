"""An admin answers "what do you have on me?" with one command."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.create_database.admin import Admin


def test_the_zip_is_written_for_its_owner_alone(admin_of_two: Admin, tmp_path: Path) -> None:
    target = tmp_path / "collins.zip"
    done = admin_of_two.types("data-of", "17", "--to", str(target))
    assert done.exit_code == 0
    assert "about Eileen Collins (17)" in done.output
    with zipfile.ZipFile(target) as book:
        assert book.testzip() is None
        assert b"Eileen Collins" in book.read("details.html")
        assert not any(b"Grace Hopper" in book.read(name) for name in book.namelist())
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_no_file_is_replaced(admin_of_two: Admin, tmp_path: Path) -> None:
    target = tmp_path / "there.zip"
    target.write_bytes(b"mine")
    done = admin_of_two.types("data-of", "17", "--to", str(target))
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert target.read_bytes() == b"mine"


def test_nothing_is_left_after_an_error(
    admin_of_two: Admin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = admin_of_two.types("data-of", "17", "--to", str(tmp_path / "new.zip"))
    assert done.exit_code == 1
    assert not (tmp_path / "new.zip").exists()


def test_somebody_unknown_has_none(admin_of_two: Admin, tmp_path: Path) -> None:
    done = admin_of_two.types("data-of", "71", "--to", str(tmp_path / "new.zip"))
    assert done.exit_code == 1
    assert "17" in done.stderr
    assert not (tmp_path / "new.zip").exists()
