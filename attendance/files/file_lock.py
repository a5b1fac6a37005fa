"""Locks an open file among the threads and processes of a machine."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

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


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
