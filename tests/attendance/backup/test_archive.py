"""An archive that somebody made with the site's key is refused unless it is built as backups are."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from attendance.backup.archive import MANIFEST, read_archive
from attendance.backup.sealed_stream import SealedWriter
from attendance.errors import BackupError
from attendance.sealing.site_keys import SiteKey, SiteKeys

KEY = SiteKey(b"k" * 32)
FIELDS: dict[str, Any] = {
    "register_id": "r",
    "made_at": 1,
    "kind": "sqlite",
    "counts": {},
    "digests": {},
    "head": "",
    "form": 1,
}


def archive(folder: Path, manifest: bytes, *names: str) -> Path:
    """A sealed archive with this manifest and small files."""
    plain, sealed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, data in ((MANIFEST, manifest), *((name, b"content") for name in names)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    writer = SealedWriter(sealed, KEY)
    writer.write(plain.getvalue())
    writer.finish()
    path = folder / "made.backup"
    path.write_bytes(sealed.getvalue())
    return path


def read(path: Path, folder: Path) -> None:
    into = folder / "into"
    into.mkdir()
    read_archive(path, SiteKeys([KEY]), into)


def test_one_that_is_built_as_they_are_is_read(tmp_path: Path) -> None:
    read(archive(tmp_path, json.dumps(FIELDS).encode(), "a/b.txt", "c.txt"), tmp_path)
    assert (tmp_path / "into" / "a" / "b.txt").read_bytes() == b"content"


@pytest.mark.parametrize(
    "manifest",
    [
        b"[" * 100_000,
        b"null",
        b"[]",
        *(
            json.dumps(FIELDS | {name: value}).encode()
            for name, value in (
                *(("digests", []), ("digests", {"a": 1}), ("counts", None), ("counts", {"a": "1"})),
                *(("made_at", "x"), ("made_at", -1), ("made_at", 10**30), ("kind", None), ("head", 5)),
                *(("register_id", {}), ("form", 2), ("more", 1)),
            )
        ),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: bytes) -> None:
    with pytest.raises(BackupError, match=r"made\.backup"):
        read(archive(tmp_path, manifest), tmp_path)


@pytest.mark.parametrize(
    "names",
    [
        *(("../x",), ("/x",), ("",), (".",), ("x" * 250,), ("\u20ac" * 100,)),
        *(("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b")),
    ],
)
def test_names_that_no_backup_has_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(BackupError, match=r"made\.backup"):
        read(archive(tmp_path, json.dumps(FIELDS).encode(), *names), tmp_path)
    assert not (tmp_path / "x").exists()
