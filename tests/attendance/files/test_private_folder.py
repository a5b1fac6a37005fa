"""Folders are for their owner alone, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.files.private_folder import make_private, tighten

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own rights")


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    """A umask that hides nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_private_and_so_is_what_is_made_above_it(tmp_path: Path) -> None:
    make_private(tmp_path / "data" / "Images")
    make_private(tmp_path / "data" / "Images")
    assert (mode(tmp_path / "data"), mode(tmp_path / "data" / "Images")) == (0o700, 0o700)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "office"
    shared.mkdir(mode=0o755)
    make_private(shared / "reports")
    assert (mode(shared), mode(shared / "reports")) == (0o755, 0o700)


def test_folders_of_an_older_version_are_closed_and_others_are_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for folder in ("Images/classroom/job", "Attendance", "somebody else's"):
        (data / folder).mkdir(parents=True)
    tighten(data, ("Images", "Attendance", "missing"))
    closed = [
        data,
        *(data / name for name in ("Images", "Images/classroom", "Images/classroom/job", "Attendance")),
    ]
    assert {mode(path) for path in closed} == {0o700}
    assert mode(data / "somebody else's") == 0o777


def test_no_right_comes_back_that_the_owner_took_away(tmp_path: Path) -> None:
    archive = tmp_path / "data"
    archive.mkdir()
    archive.chmod(0o555)
    tighten(archive, ())
    assert mode(archive) == 0o500


def test_what_is_not_there_or_everybodys_is_left_alone(tmp_path: Path) -> None:
    tighten(tmp_path / "missing", ("Images",))
    assert not (tmp_path / "missing").exists()
    everybodys = tmp_path / "tmp"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    tighten(everybodys, ())
    assert mode(everybodys) == 0o1777


def test_a_folder_that_another_process_deletes_meanwhile_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    for name in ("Images/job", "Attendance"):
        (data / name).mkdir(parents=True)
    walk = os.walk

    def walked(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        yield from walk(top)
        if top.name == "Images":
            (top / "job").rmdir()

    monkeypatch.setattr(os, "walk", walked)
    tighten(data, ("Images", "Attendance"))
    assert {mode(path) for path in (data, data / "Images", data / "Attendance")} == {0o700}
    assert not caplog.records


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "data" / "Images").mkdir(parents=True)
    (tmp_path / "data" / "Images" / "link").symlink_to(elsewhere)
    tighten(tmp_path / "data", ("Images",))
    assert mode(elsewhere) == 0o777
