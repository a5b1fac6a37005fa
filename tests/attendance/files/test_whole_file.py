"""A file is written in whole or not at all, byte by byte, and by default for its owner alone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from attendance.files.whole_file import SHARED, create_whole, is_draft, new_file, write_new, write_whole

CONTENT = bytes(range(256)) + b"\n\r\n"


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_each_byte_of_a_new_file_is_written(tmp_path: Path) -> None:
    write_new(tmp_path / "file", CONTENT)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_new_file_takes_the_place_of_none(tmp_path: Path) -> None:
    write_new(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"


def test_a_file_is_created_once_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert create_whole(path, b"first")
    assert not create_whole(path, b"second")
    assert path.read_bytes() == b"first"
    write_whole(path, CONTENT)
    assert path.read_bytes() == CONTENT
    assert names(tmp_path) == ["file"]


def test_what_was_there_stays_where_the_new_file_can_not_be_put(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        write_whole(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]


def test_an_error_names_the_file_and_not_its_draft(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(tmp_path / "missing" / "file", b"new")
    (tmp_path / "folder").mkdir()
    assert caught.value.filename == str(tmp_path / "missing" / "file")
    with pytest.raises(OSError, match="folder") as caught_too:
        write_whole(tmp_path / "folder", b"new")
    assert (caught_too.value.filename, caught_too.value.filename2) == (str(tmp_path / "folder"), None)


def test_a_full_disk_is_named_with_the_file_and_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught, new_file(tmp_path / "a.zip") as file:
        file.write(b"much")
    assert caught.value.filename == str(tmp_path / "a.zip")
    assert names(tmp_path) == []


def test_what_is_being_written_is_told_from_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: seen.extend(names(tmp_path)))
    write_whole(tmp_path / "file", b"new")
    assert [is_draft(name) for name in seen] == [True, False]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
def test_only_its_owner_may_read_it_unless_others_shall(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        write_whole(tmp_path / "private", b"")
        write_whole(tmp_path / "shared", b"", mode=SHARED)
    finally:
        os.umask(umask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"private": 0o600, "shared": 0o666}
