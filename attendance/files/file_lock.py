"""Locks an open file among the threads and processes of a machine."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_FAR = 1 << 40  # Windows locks bytes; this one is behind every content


@contextlib.contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Lock an open file; others who lock it wait.

    A file system that knows no locks, such as some network folders, is used without.

    Args:
        descriptor: of a file that this thread opened for itself.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            _lock(descriptor)
            stack.callback(_unlock, descriptor)
        yield


@contextlib.contextmanager
def locked_if_free(descriptor: int) -> Iterator[bool | None]:
    """Lock an open file if nobody has locked it.

    Args:
        descriptor: of a file that this thread opened for itself.

    Yields:
        Whether it was free; None: nobody knows, as the file system knows no locks.
    """
    with contextlib.ExitStack() as stack:
        try:
            _lock(descriptor, wait=False)
        except (BlockingIOError, PermissionError):
            yield False
            return
        except OSError:
            yield None
            return
        stack.callback(_unlock, descriptor)
        yield True


@contextlib.contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Keep out others who lock this file, which has no content and stays; it is made if there is none.

    Raises:
        OSError: it can't be made or opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "rb") as file, locked(file.fileno()):
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool = True) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool = True) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
