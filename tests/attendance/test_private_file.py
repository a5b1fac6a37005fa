"""A private file is written once, for its owner, byte by byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attendance.private_file import write_private


def test_each_byte_is_written(tmp_path: Path) -> None:
    content = bytes(range(256)) + b"\n\r\n"
    write_private(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == content


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    write_private(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    write_private(tmp_path / "file", b"")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
