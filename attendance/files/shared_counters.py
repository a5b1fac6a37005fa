"""Counters that expire, in a small file that the processes of a machine share."""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from attendance.files.file_lock import locked

PROBED = 16  # neighbouring slots in which a counter may be; if all are taken, the first to expire gives way
_FORMAT = struct.Struct("<8sdq")  # digest of the key, time of expiry, count
_OWNER_ONLY = 0o600


class Part(NamedTuple):
    """A part of the table.

    Attributes:
        begin: its first slot.
        slots: the number of its counters.
        longest: their longest lifetime in seconds. What claims to live longer is damaged, or was counted
            while the clock was wrong.
    """

    begin: int
    slots: int
    longest: float


# More than a server can count in a minute, so that nobody can push others' counters out.
SHORT = Part(0, 131_072, 3600.0)
# Apart from the others: however many there are, they take no place from those.
LONG = Part(SHORT.slots, 65_536, 366 * 86_400.0)
SIZE = (SHORT.slots + LONG.slots) * _FORMAT.size


class _Slot(NamedTuple):
    place: int
    expires_at: float
    amount: int


class SharedCounters:
    """A table of counters. Losing it is harmless: counting begins again.

    It is read and written, not mapped: a full disk or a shortened file would end a process that maps it.

    Args:
        path: the file, which is created if necessary; its folder exists.
        now: the time in seconds since 1970.

    Raises:
        OSError: the file can't be used; also from all methods.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._thread = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), _OWNER_ONLY)
        try:
            if os.fstat(self._file).st_size != SIZE:
                self.reset()
        except BaseException:
            os.close(self._file)
            del self._file
            raise

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def add(self, key: str, lifetime: float, amount: int) -> int:
        """Add to a counter, which begins again after its lifetime, and return it."""
        digest, now = _digest(key), self._now()
        with self._locked():
            counter = self._find(SHORT if lifetime <= SHORT.longest else LONG, digest, now)
            expires_at = counter.expires_at if counter.amount else now + lifetime
            count = counter.amount + amount
            self._write(counter.place, _FORMAT.pack(digest, expires_at, count))
        return count

    def get(self, key: str) -> tuple[int, float]:
        """A counter and when it expires; 0 and now if there is none."""
        digest, now = _digest(key), self._now()
        with self._locked():
            for part in (SHORT, LONG):
                counter = self._find(part, digest, now)
                if counter.amount:
                    return counter.amount, counter.expires_at
        return 0, now

    def clear(self, key: str) -> None:
        """End a counter."""
        digest, now = _digest(key), self._now()
        with self._locked():
            for part in (SHORT, LONG):
                counter = self._find(part, digest, now)
                if counter.amount:
                    self._write(counter.place, bytes(_FORMAT.size))

    def reset(self) -> None:
        """End all counters."""
        with self._locked():
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            # Zeros are expired counters; as they are written, the file's place on the disk is taken.
            if os.write(self._file, bytes(SIZE)) != SIZE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _find(self, part: Part, digest: bytes, now: float) -> _Slot:
        """A counter, or a place for a new one with the count 0."""
        first = part.begin + int.from_bytes(digest, "little") % (part.slots - PROBED + 1)
        os.lseek(self._file, first * _FORMAT.size, os.SEEK_SET)
        table = os.read(self._file, PROBED * _FORMAT.size).ljust(PROBED * _FORMAT.size, b"\0")
        free, soonest = first, float("inf")
        for place, (found, expires_at, count) in enumerate(_FORMAT.iter_unpack(table), first):
            is_live = now < expires_at <= now + part.longest
            if is_live and found == digest:
                return _Slot(place, expires_at, count)
            if (until := expires_at if is_live else 0.0) < soonest:
                free, soonest = place, until
        return _Slot(free, 0.0, 0)

    def _write(self, place: int, slot: bytes) -> None:
        os.lseek(self._file, place * _FORMAT.size, os.SEEK_SET)
        os.write(self._file, slot)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread, locked(self._file):
            yield


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
