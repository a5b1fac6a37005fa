"""Writing a file in whole or not at all, down to the disk."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# Without it Windows would write two bytes for each line feed among the bytes.
BINARY = getattr(os, "O_BINARY", 0)
SHARED = 0o666  # whom the user's umask allows
PRIVATE = 0o600  # its owner alone
_DIRECTORY = getattr(os, "O_DIRECTORY", None)  # Windows can't open folders
_DRAFT_SECONDS = 600.0  # a file that is still being written is younger
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


@contextlib.contextmanager
def new_file(path: Path, *, mode: int = PRIVATE) -> Iterator[IO[bytes]]:
    """A file that was not there before, to be written piece by piece; after an error nothing is left of it.

    Args:
        path: where nothing may be yet.
        mode: who may read it.

    Raises:
        FileExistsError: something is there.
        OSError: it can't be written; it names the path.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
    try:
        with naming(path), os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _sync(path.parent)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name a file in errors of writing to it: that of a full disk has no name, others have that of a draft.

    Args:
        path: what is written, by way of drafts in its folder.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None or Path(os.fsdecode(error.filename)).parent == path.parent:
            error.filename, error.filename2 = str(path), None
        raise


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


def delete_drafts(folder: Path) -> None:
    """Delete partial files that crashes left in a folder; never raises.

    Args:
        folder: which may be missing; folders in it are left alone.
    """
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if is_draft(path.name) and time.time() - path.stat().st_mtime > _DRAFT_SECONDS:
                path.unlink(missing_ok=True)


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
