"""A file that many append whole lines to, and that may be replaced concurrently."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from attendance.files.file_lock import locked
from attendance.files.private_folder import make_private
from attendance.files.whole_file import BINARY, create_whole

LINE_END = "\r\n"


def append_lines(path: Path, lines: bytes, *, head: bytes) -> None:
    """Append whole lines and sync them to disk; safe for threads and processes.

    The first call creates the file, with its head. A line that a full disk cut off is ended first.

    Args:
        path: the file.
        lines: one or more, each with its end.
        head: the first line, with its end.

    Raises:
        OSError: they can't be written; those in front may be there.
    """
    while not _appended(path, lines, head):
        # The file was replaced while this waited for it; the new one may have the lines already.
        lines = b"".join(line for line in lines.splitlines(keepends=True) if not holds(path, line))
        if not lines:
            return


def holds(path: Path, line: bytes) -> bool:
    """Whether the file has exactly this line, given with its end."""
    try:
        return line in path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def exchanging(path: Path) -> Iterator[None]:
    """Block appending while the file is read and replaced; it then continues with the new one.

    A missing file blocks nobody; nor does Windows, which can't replace an open file.

    Args:
        path: the file.
    """
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            stack.enter_context(_blocked(path))
        yield


@contextlib.contextmanager
def _blocked(path: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        while (descriptor := _opened(path)) is not None:
            here = contextlib.ExitStack()
            here.callback(os.close, descriptor)
            here.enter_context(locked(descriptor))
            if _is_still(path, descriptor):
                stack.push(here)
                break
            here.close()
        yield


def _appended(path: Path, lines: bytes, head: bytes) -> bool:
    """Whether the lines were appended; False if the file was replaced meanwhile."""
    descriptor = _opened(path)
    if descriptor is None:
        make_private(path.parent)
        create_whole(path, head)
        descriptor = _opened(path)
        if descriptor is None:
            return False
    try:
        with locked(
            descriptor
        ):  # else a line that is being written could be mistaken for one that was cut off
            if not _is_still(path, descriptor):
                return False
            data = lines if _ends_whole(descriptor) else LINE_END.encode() + lines
            if os.write(descriptor, data) != len(data):
                raise OSError(f"Only a part of a line was written to {path}. Its disk is probably full.")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _opened(path: Path) -> int | None:
    # Readable too, to check the end. With O_APPEND the system puts each write after all others.
    try:
        return os.open(path, os.O_RDWR | os.O_APPEND | BINARY)
    except FileNotFoundError:
        return None


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _ends_whole(descriptor: int) -> bool:
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"
