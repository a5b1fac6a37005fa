"""Folders for plain copies of the register while a backup is made or restored."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attendance.files.file_lock import locked, locked_if_free
from attendance.files.private_folder import delete_folder, make_private

PREFIX = ".backup-"
_BEGUN = ".new-backup-"  # until its lock is held
_IN_USE = "in-use"  # the file that is locked as long as the process lives
ABANDONED_AFTER = 3600.0  # seconds, where no lock tells whether a process lives; nothing takes so long


@contextmanager
def workspace(data: Path) -> Iterator[Path]:
    """A folder in the data folder, so that copies lie where the register does, and on the same disk.

    It is deleted at the end; that of a process that was killed is deleted by the next one.

    Raises:
        OSError: there is no space, or the folder isn't writable.
    """
    make_private(data)
    delete_abandoned(data)
    begun = Path(tempfile.mkdtemp(prefix=_BEGUN, dir=data))
    folder = begun.with_name(PREFIX + begun.name.removeprefix(_BEGUN))
    try:
        with (begun / _IN_USE).open("xb") as file, locked(file.fileno()):
            begun.rename(folder)
            yield folder
    finally:
        try:
            delete_folder(begun)
        finally:
            delete_folder(folder)


def delete_abandoned(data: Path) -> None:
    """Delete the folders of processes that were killed.

    Args:
        data: the data folder.
    """
    for left in (*data.glob(f"{PREFIX}*"), *data.glob(f"{_BEGUN}*")):
        if _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def new_folder(inside: Path, name: str) -> Path:
    """An empty folder in a workspace."""
    folder = inside / name
    make_private(folder)
    return folder


def _is_abandoned(folder: Path) -> bool:
    is_free: bool | None = None
    if folder.name.startswith(PREFIX):
        try:
            descriptor = os.open(folder / _IN_USE, os.O_RDWR)
        except OSError:  # of an older version, or just deleted
            pass
        else:
            with os.fdopen(descriptor, "rb") as file, locked_if_free(file.fileno()) as is_free:
                pass
    if is_free is not None:
        return is_free
    try:
        return time.time() - folder.stat().st_mtime > ABANDONED_AFTER
    except FileNotFoundError:
        return False
