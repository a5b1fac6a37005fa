"""A lock between the starts of a checkout, which the system releases when its process ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL_SECONDS = 0.1
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}


@contextmanager
def one_at_a_time(path: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Wait until no other process is in here.

    A child process that inherits the file descriptor holds the lock, too (not on Windows): nothing begins
    while the pip of a killed start still writes.

    Args:
        path: the lock's file, which stays.
        waiting: called once if another process has the lock.

    Yields:
        The file descriptor that holds it.

    Raises:
        OSError: the file can't be opened.
    """
    descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        told = False
        while not _taken(descriptor):
            if not told:
                waiting()
                told = True
            time.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Try to take the lock; on a file system without locks there is nothing to wait for."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True
