"""Writing a file in whole or not at all, down to the disk."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

# Without it Windows would write two bytes for each line feed among the bytes.
BINARY = getattr(os, "O_BINARY", 0)
SHARED = 0o666  # whom the user's umask allows
PRIVATE = 0o600  # its owner alone
_DIRECTORY = getattr(os, "O_DIRECTORY", None)  # Windows can't open folders
_DRAFT = re.compile(r"\.[0-9a-f]{12}\.part")


def write_new(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write a file that was not there before.

    Args:
        path: where nothing may be yet.
        data: all of it.
        mode: who may read it.

    Raises:
        FileExistsError: something is there.
        OSError: it can't be written; what was begun may be there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Put the data at the path in one step; what was there before is replaced.

    Args:
        path: where, in a folder that is there.
        data: all of it.
        mode: who may read it.

    Raises:
        OSError: it can't be written; what was there before still is. It names the path, not the draft.
    """
    draft = _draft_of(path)
    try:
        write_new(draft, data, mode=mode)
        draft.replace(path)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise
    _sync(path.parent)


def create_whole(path: Path, data: bytes, *, mode: int = PRIVATE) -> bool:
    """Put the data at the path in one step, unless something is there.

    On a disk without hard links, such as a USB stick, others may see a part of it for a moment.

    Args:
        path: where, in a folder that is there.
        data: all of it.
        mode: who may read it.

    Returns:
        False where something was there.

    Raises:
        OSError: it can't be written.
    """
    draft = _draft_of(path)
    try:
        write_new(draft, data, mode=mode)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        except OSError:
            try:
                write_new(path, data, mode=mode)
            except FileExistsError:
                return False
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def is_draft(name: str) -> bool:
    """Whether a file of this name is a partial file that a crash left."""
    return _DRAFT.fullmatch(name) is not None


def _sync(folder: Path) -> None:
    """Sync the names in a folder to disk, where the system supports it."""
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
