"""Keeps what takes TensorFlow long to convert in the user's cache, for each content of what makes it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONVERTING = (  # with the versions of TensorFlow, Keras and OpenVINO
    *sorted((ROOT / "face_detection" / "facenet").glob("*.py")),
    *sorted((ROOT / "face_detection" / "runtime").glob("*.py")),
    ROOT / "requirements.txt",
)
"""The files on which the conversion of FaceNet's network depends."""
WAIT_SECONDS = 500.0  # at most, for what another process computes


def compute_once(name: str, made_from: Iterable[Path], folder: Path, compute: Callable[[Path], None]) -> None:
    """Fill a folder with what was computed before from the same files, or compute it.

    Only the last result of each name is kept. Without a cache that can be written, nothing is.

    Args:
        name: of the result.
        made_from: the files on which it depends, with their names.
        folder: a new one, which receives the files.
        compute: writes them into an existing folder.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "face-attendance"
    kept = cache / f"{name}-{_digest(made_from)[:16]}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(cache / f"{name}.lock", timeout=WAIT_SECONDS)
        with closing(lock):
            lock.execute(
                "BEGIN EXCLUSIVE"
            )  # one process at a time; the system gives it back whatever happens
            if not kept.exists():
                _compute(name, kept, compute)
            shutil.copytree(kept, folder)
    except (OSError, sqlite3.OperationalError):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        compute(folder)


def _compute(name: str, kept: Path, compute: Callable[[Path], None]) -> None:
    """Compute beside the folder, then give it its name; remove older results."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as temporary:
        fresh = Path(temporary, "fresh")
        fresh.mkdir()
        compute(fresh)
        for older in kept.parent.glob(f"{name}-*"):
            shutil.rmtree(older)
        fresh.rename(kept)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(f"{file.name} {file.stat().st_size} ".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
