"""Stores converted networks on disk; safe for processes that prepare the same one at once."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from face_detection.errors import ModelFileError
from face_detection.runtime.download import checksum

NETWORK = "network.xml"
_MANIFEST = "manifest.json"
_ALGORITHM = "sha256"
_DIGESTS = "files_sha256"  # of the manifest: of each file, where it has a size, too
_UNFINISHED = ".unfinished-"
_STALE_AFTER = 24 * 3600.0  # seconds; leftovers of killed processes are deleted after a day


def find_network(models: Path, engine: str) -> Path | None:
    """The converted network of an engine.

    Args:
        models: the folder of all converted networks.
        engine: versioned name, such as ``dlib-1``.

    Returns:
        Path of the network's file, or None if it is missing or incomplete.
    """
    folder = models / engine
    try:
        sizes = json.loads((folder / _MANIFEST).read_text("utf-8"))["files"]
        whole = all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return folder / NETWORK if whole and NETWORK in sizes else None


def damage_of(models: Path, engine: str) -> str | None:
    """What is wrong with the files of a converted network; None if nothing is, or there is none.

    Reads all of them. Networks that an older version converted have no checksums: only sizes are compared.

    Args:
        models: the folder of all converted networks.
        engine: versioned name, such as ``dlib-1``.
    """
    folder = models / engine
    if not folder.exists():
        return None
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        sizes, digests = dict(manifest["files"]), dict(manifest.get(_DIGESTS, {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"The network of {engine} in {folder} is incomplete: its {_MANIFEST} can't be read."
    for name, size in sizes.items():
        path = folder / name
        try:
            found, digest = path.stat().st_size, checksum(path, _ALGORITHM)
        except OSError as error:
            return f"The network of {engine} is damaged: {path} can't be read ({error.strerror})."
        if found != size:
            return f"The network of {engine} is damaged: {path} has {found:,} bytes instead of {size:,}."
        if digest != digests.get(name, digest):
            return (
                f"The network of {engine} is damaged: {path} has the SHA-256 {digest[:12]}… instead of "
                f"{digests[name][:12]}…."
            )
    return None


def install_network(models: Path, engine: str, write: Callable[[Path], Mapping[str, Any]]) -> Path:
    """Create an engine's network in the folder, completely or not at all.

    Several processes may do this at once: each writes to a folder of its own, the first to rename its folder
    wins, and all use that one.

    Args:
        models: the folder of all converted networks; created if missing.
        engine: versioned name, such as ``dlib-1``.
        write: writes ``network.xml`` and its companions to the empty folder it is given, and returns what
            the manifest records about the source, such as its checksum.

    Returns:
        Path of the network's file.

    Raises:
        ModelFileError: the folder can't be written, for instance because the disk is full.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        _clear_stale(models)
        with tempfile.TemporaryDirectory(dir=models, prefix=_UNFINISHED, ignore_cleanup_errors=True) as made:
            unfinished = Path(made, engine)
            unfinished.mkdir()
            provenance = write(unfinished)
            sizes = {path.name: path.stat().st_size for path in sorted(unfinished.iterdir())}
            digests = {name: checksum(unfinished / name, _ALGORITHM) for name in sizes}
            manifest = {"engine": engine, "files": sizes, _DIGESTS: digests, **provenance}
            (unfinished / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
            _put_in_place(unfinished, models / engine, Path(made, "broken"))
    except OSError as error:
        raise ModelFileError(
            f"The network of {engine} can't be stored in {models}: {error.strerror or error}. Free some "
            "space, make the folder writable, or choose another one with ATTENDANCE_CACHE."
        ) from error
    if (network := find_network(models, engine)) is None:
        raise ModelFileError(f"{models / engine} is incomplete. Delete that folder and restart.")
    return network


def _put_in_place(unfinished: Path, final: Path, broken: Path) -> None:
    if final.exists() and find_network(final.parent, final.name) is None:
        final.rename(broken)  # incomplete: deleted together with the unfinished folder
    try:
        unfinished.rename(final)
    except OSError:
        if find_network(final.parent, final.name) is None:  # no other process was faster
            raise


def _clear_stale(models: Path) -> None:
    for folder in models.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _STALE_AFTER:
            shutil.rmtree(folder, ignore_errors=True)
