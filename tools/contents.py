"""What an environment's packages consist of, and which of them are damaged."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RECORD = "RECORD"
_DEPTH = 2  # folders below which files are not looked at in a glance: 1,000 files instead of 40,000
_CHUNK = 1 << 20


class RecordedFile(NamedTuple):
    """A line of a package's RECORD (https://packaging.python.org/specifications/recording-installed-packages/)."""

    path: str
    digest: str  # such as sha256=…; may be empty
    size: str  # may be empty


def telling_files(site: Path) -> dict[str, int]:
    """The sizes of a few files of each package, by their paths: its RECORD, and what is imported first."""
    sizes: dict[str, int] = {}
    for info in sorted(site.glob("*.dist-info")):
        files = list(_recorded(info))
        paths = [file.path for file in files if _is_telling(file.path)]
        paths += [] if paths else [file.path for file in files if _is_checked(file.path)][:1]
        for path in [f"{info.name}/{RECORD}", *paths]:
            try:
                sizes[path] = (site / path).stat().st_size
            except OSError:
                continue
    return sizes


def damaged(site: Path, *, thorough: bool) -> dict[str, Path]:
    """The packages of which a file is missing or has another size than its RECORD says.

    Args:
        site: the folder site-packages.
        thorough: compare the checksums, too, which takes some seconds.

    Returns:
        The folders of their metadata, by the packages' names.
    """
    claims: dict[str, list[tuple[Path, RecordedFile]]] = {}
    broken: dict[str, Path] = {}
    for info in sorted(site.glob("*.dist-info")):
        files = list(_recorded(info))
        if not files or not (info / "METADATA").is_file():
            broken[_name_of(info)] = info
        for file in files:
            if _is_checked(file.path):
                claims.setdefault(file.path, []).append((info, file))
    for path, claimed in claims.items():
        # Some packages own a file together; then it is as one of them wants it.
        if not any(_is_whole(site / path, file, thorough=thorough) for _, file in claimed):
            broken.update((_name_of(info), info) for info, _ in claimed)
    return broken


def forget(site: Path, infos: list[Path]) -> None:
    """Remove packages as far as they are there, and what an interrupted pip left of others."""
    for info in infos:
        for file in _recorded(info):
            if _is_checked(file.path):
                _remove_file(site, file.path)
        shutil.rmtree(str(info), ignore_errors=True)
    for leftover in site.glob("~*"):  # pip renames what it is about to remove
        shutil.rmtree(str(leftover), ignore_errors=True)


def _recorded(info: Path) -> Iterator[RecordedFile]:
    """The files of a package; none if its RECORD can't be read."""
    try:
        with (info / RECORD).open(encoding="utf-8", newline="") as lines:
            rows = [RecordedFile(*row) for row in csv.reader(lines) if row]
    except (OSError, ValueError, TypeError, csv.Error):  # TypeError: a line of more or fewer cells
        return
    yield from rows


def _is_checked(path: str) -> bool:
    """Whether a file lies in site-packages and nobody writes it later."""
    return not (".." in path.split("/") or path.startswith("/") or path.endswith((".pyc", f"/{RECORD}")))


def _is_telling(path: str) -> bool:
    if not _is_checked(path):
        return False
    return "/" not in path or (path.count("/") <= _DEPTH and path.endswith("/__init__.py"))


def _is_whole(path: Path, file: RecordedFile, *, thorough: bool) -> bool:
    try:
        if file.size and path.stat().st_size != int(file.size):
            return False
        if not thorough or not file.digest.startswith("sha256="):
            return path.exists()
        return _sha256(path) == file.digest[len("sha256=") :].rstrip("=")
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    """As RECORD writes it: base64 for addresses, without padding."""
    digest = hashlib.sha256()
    with path.open("rb") as data:
        for chunk in iter(lambda: data.read(_CHUNK), b""):
            digest.update(chunk)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _name_of(info: Path) -> str:
    """A package's name, from the folder ``NAME-VERSION.dist-info``."""
    return info.name[: -len(".dist-info")].rpartition("-")[0] or info.name


def _remove_file(site: Path, path: str) -> None:
    """Remove a file of a package, unless a link leads out of the environment."""
    folder, inside = os.path.realpath(str((site / path).parent)), os.path.realpath(str(site))
    if folder != inside and not folder.startswith(f"{inside}{os.sep}"):
        return
    try:
        (site / path).unlink()
    except OSError:  # it is missing already, or pip will say what is wrong with it
        return
