"""Which process reads a job: one at a time, and the next one if a process has died.

A claim is a file that is created exclusively, numbered from 1. A process that finds the last claim released
or stale creates the next number; of several that do so at once, one succeeds. Only the last claim is valid,
which its owner checks while working. The number of unreleased claims is how often reading crashed.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from attendance.files.whole_file import write_new

BEAT_SECONDS = 10.0
STALE_AFTER = 60.0  # seconds without a beat; a process that was merely slow finds out and stops
WRITTEN_WITHIN = 5.0  # seconds; a claim that can't be read after that never was written whole
_CLAIM = re.compile(r"claim-(\d{4,9})", re.ASCII)
_RELEASED = b"released"

_held: set[str] = set()  # tokens of the claims of this process
_held_lock = Lock()


@dataclass(frozen=True)
class _Found:
    """The claims in a folder."""

    number: int  # of the last one; 0 where there is none
    crashes: int  # those that were not released
    is_free: bool
    released: tuple[Path, ...]


class JobClaim:
    """The right to read one job, renewed by a heartbeat until it is released; a context manager."""

    def __init__(self, folder: Path, number: int, token: str) -> None:
        self._folder = folder
        self._number = number
        self._token = token
        self._path = _path(folder, number)
        self._over = Event()
        self._beating = Thread(target=self._beat, name="classroom-claim", daemon=True)
        self._beating.start()

    @property
    def is_mine(self) -> bool:
        """Whether no other process has taken over the job."""
        return _last(self._folder)[0] == self._number

    def give_back(self) -> None:
        """Release the claim for the next process, without counting it as a crash."""
        self._end()
        with contextlib.suppress(OSError):  # if the job was deleted, or the disk is full: it becomes stale
            self._path.write_bytes(_RELEASED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._over.set()
        self._beating.join(BEAT_SECONDS)  # no beat comes after the release
        with _held_lock:
            _held.discard(self._token)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            with contextlib.suppress(OSError):
                os.utime(self._path)


def claim(folder: Path) -> tuple[JobClaim, int] | None:
    """Claim a job, unless another process reads it.

    Args:
        folder: the job's.

    Returns:
        The claim and how often reading has ended in a crash before, or None.

    Raises:
        OSError: it can't be written.
    """
    found = _look(folder)
    if not found.is_free:
        return None
    token = secrets.token_hex(8)
    mine = json.dumps({"host": platform.node(), "pid": os.getpid(), "token": token}).encode()
    with _held_lock:
        _held.add(token)
    try:
        write_new(_path(folder, found.number + 1), mine)
    except (FileExistsError, FileNotFoundError):  # another process was faster, or the job was deleted
        _give_up(token)
        return None
    except OSError:
        _give_up(token)
        raise
    for path in found.released:  # so that an hour without a database does not leave hundreds
        path.unlink(missing_ok=True)
    return JobClaim(folder, found.number + 1, token), found.crashes


def is_claimed(folder: Path) -> bool:
    """Whether a live process reads the job."""
    return not _look(folder).is_free


def _give_up(token: str) -> None:
    with _held_lock:
        _held.discard(token)


def _path(folder: Path, number: int) -> Path:
    return folder / f"claim-{number:04d}"


def _last(folder: Path) -> tuple[int, list[Path]]:
    """The number of the last claim, and the files of all."""
    try:
        paths = list(folder.iterdir())
    except FileNotFoundError:
        return 0, []
    numbers = {int(found[1]): path for path in paths if (found := _CLAIM.fullmatch(path.name))}
    return max(numbers, default=0), list(numbers.values())


def _look(folder: Path) -> _Found:
    number, paths = _last(folder)
    released = tuple(path for path in paths if _is_released(path))
    last = _path(folder, number)
    is_free = number == 0 or last in released or _is_dead(last)
    return _Found(number, len(paths) - len(released), is_free, released)


def _is_released(path: Path) -> bool:
    try:
        return path.read_bytes() == _RELEASED
    except OSError:
        return False


def _is_dead(path: Path) -> bool:
    """Whether the claim's process has ended, or has not sent a heartbeat for long."""
    try:
        silence = abs(time.time() - path.stat().st_mtime)
    except OSError:
        return True
    try:
        holder = json.loads(path.read_bytes())
        host, pid, token = holder["host"], int(holder["pid"]), holder["token"]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, OSError):
        return silence > WRITTEN_WITHIN
    if silence > STALE_AFTER:
        return True
    if host != platform.node():
        return False
    if pid == os.getpid():  # a container gives the same number to each that follows
        with _held_lock:
            return token not in _held
    return not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether there is such a process on this machine; True if unknown."""
    if sys.platform == "win32":  # where a signal of 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
