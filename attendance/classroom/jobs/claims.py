"""Which process reads a job: one at a time, and the next one if a process has died.

The register decides by one conditional update. A claim counts for a minute, and longer with each sign of
life. Of a process of this machine it is known at once whether it has ended. How many claims were not given
back is how often reading crashed.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from attendance.errors import StoreUnavailableError
from attendance.processes import is_running
from attendance.store.protocols.jobs import JobStore, PhotoJob

BEAT_SECONDS = 10.0
STALE_AFTER = timedelta(seconds=60)
"""Without a sign of life; a process that was merely slow finds out and stops. Clocks may differ by less."""

_held: set[str] = set()  # tokens of the claims of this process
_held_lock = Lock()


class JobClaim:
    """The right to read one job, renewed by a heartbeat until it is released; a context manager.

    Args:
        store: the register's database.
        job_id: which job.
        reader: who reads it, as the register knows it.
        token: what distinguishes this claim from others of this process.
    """

    def __init__(self, store: JobStore, job_id: str, reader: str, token: str) -> None:
        self._store = store
        self._job_id = job_id
        self._reader = reader
        self._token = token
        self._over = Event()
        self._beating = Thread(target=self._beat, name="classroom-claim", daemon=True)
        self._beating.start()

    def keep(self, progress: str | None = None) -> bool:
        """Give a sign of life, with the progress as JSON; whether nobody has taken over or decided the job.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        return self._store.keep_job(self._job_id, self._reader, until=_now() + STALE_AFTER, progress=progress)

    def give_back(self) -> None:
        """Release the claim for the next process, without counting it as a crash."""
        self._end()
        with contextlib.suppress(StoreUnavailableError):  # the claim expires
            self._store.release_job(self._job_id, self._reader)

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
            with contextlib.suppress(StoreUnavailableError):
                self.keep()


def claim(store: JobStore, job: PhotoJob) -> tuple[JobClaim, int] | None:
    """Claim a job, unless another process reads it.

    Args:
        store: the register's database.
        job: as it was read a moment ago.

    Returns:
        The claim and how often reading has ended in a crash before, or None.

    Raises:
        StoreUnavailableError: the database is unavailable.
    """
    if not job.is_unread or is_claimed(job):
        return None
    token, now = secrets.token_hex(8), _now()
    reader = json.dumps({"host": machine(), "pid": os.getpid(), "token": token})
    with _held_lock:
        _held.add(token)
    claimed: PhotoJob | None = None
    try:
        dead = [job.reader] if job.reader is not None and _has_ended(job.reader) else []
        claimed = store.claim_job(job.id, reader, now=now, until=now + STALE_AFTER, dead=dead)
    finally:
        if claimed is None:
            with _held_lock:
                _held.discard(token)
    return None if claimed is None else (JobClaim(store, job.id, reader, token), claimed.crashes)


def is_claimed(job: PhotoJob) -> bool:
    """Whether a live process reads the job."""
    if job.reader is None or job.reader_until is None:
        return False
    return job.reader_until > _now() and not _has_ended(job.reader)


@cache
def machine() -> str:
    """Where this process's number means this process: other machines may have the same name.

    On Linux a start of the kernel and, inside it, a container: numbers mean nothing in other containers, nor
    after a restart, and claims from there hold until they are silent for too long.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}|{Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # another system
        return f"{platform.node()}|{uuid.getnode():x}"


def _now() -> datetime:
    """The computer's time: a test's clock that doesn't move must not keep a dead process's claim."""
    return datetime.now(UTC)


def _has_ended(reader: str) -> bool:
    """Whether a reader is known to have ended; only those of this machine are."""
    try:
        holder = json.loads(reader)
        host, pid, token = holder["host"], int(holder["pid"]), holder["token"]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return False
    if host != machine():
        return False
    if pid == os.getpid():  # a container gives the same number to each that follows
        with _held_lock:
            return token not in _held
    return not is_running(pid)
