"""Writing a file in whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

# Without it Windows would write two bytes for each line feed among the bytes.
BINARY = getattr(os, "O_BINARY", 0)
SHARED = 0o666  # whom the user's umask allows
PRIVATE = 0o600  # its owner alone
_DIRECTORY = getattr(os, "O_DIRECTORY", None)  # Windows can't open folders


def write_whole(path: Path, data: bytes, *, mode: int = SHARED) -> None:
    """Put the data at the path in one step, down to the disk; what was there before is replaced.

    Args:
        path: where; its folder is made if need be.
        data: all of it.
        mode: who may read it.

    Raises:
        OSError: it can't be written; what was there before still is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft_of(path)
    try:
        _write_new(draft, data, mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create_whole(path: Path, data: bytes, *, mode: int = SHARED) -> bool:
    """Put the data at the path unless something is there, so that nobody ever sees a part of it.

    Args:
        path: where; its folder is made if need be.
        data: all of it.
        mode: who may read it.

    Returns:
        False where something was there.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft_of(path)
    try:
        _write_new(draft, data, mode)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        except OSError:  # a disk without hard links, such as a USB stick
            try:
                _write_new(path, data, mode)
            except FileExistsError:
                return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a loss of power, where the system lets one ask for it."""
    if _DIRECTORY is None:
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | _DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(6)}.part")


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
