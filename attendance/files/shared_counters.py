"""Counters that expire, in a small file that the processes of a machine share."""

from __future__ import annotations

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
_SLOT = struct.Struct("<8sdq")  # digest of the key, time of expiry, count
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
_SIZE = (SHORT.slots + LONG.slots) * _SLOT.size


class _Place(NamedTuple):
    slot: int
    expires_at: float
    value: int


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
            if os.fstat(self._file).st_size != _SIZE:
                self.reset()
        except BaseException:
            os.close(self._file)
            del self._file
            raise

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def add(self, key: str, lifetime: float, amount: int) -> int:
        """Add to a counter, which begins anew after its lifetime, and return it."""
        digest, now = _digest(key), self._now()
        with self._locked():
            counter = self._find(SHORT if lifetime <= SHORT.longest else LONG, digest, now)
            expires_at = counter.expires_at if counter.value else now + lifetime
            count = counter.value + amount
            self._write(counter.slot, _SLOT.pack(digest, expires_at, count))
        return count

    def get(self, key: str) -> tuple[int, float]:
        """A counter and when it expires; 0 and now if there is none."""
        digest, now = _digest(key), self._now()
        with self._locked():
            for part in (SHORT, LONG):
                counter = self._find(part, digest, now)
                if counter.value:
                    return counter.value, counter.expires_at
        return 0, now

    def clear(self, key: str) -> None:
        """End a counter."""
        digest, now = _digest(key), self._now()
        with self._locked():
            for part in (SHORT, LONG):
                counter = self._find(part, digest, now)
                if counter.value:
                    self._write(counter.slot, bytes(_SLOT.size))

    def reset(self) -> None:
        """End all counters."""
        with self._locked():
            os.ftruncate(self._file, 0)
            os.ftruncate(self._file, _SIZE)  # zeros: expired counters

    def _find(self, part: Part, digest: bytes, now: float) -> _Place:
        """A counter, or a place for a new one with the count 0."""
        first = part.begin + int.from_bytes(digest, "little") % (part.slots - PROBED + 1)
        os.lseek(self._file, first * _SLOT.size, os.SEEK_SET)
        table = os.read(self._file, PROBED * _SLOT.size).ljust(PROBED * _SLOT.size, b"\0")
        free, soonest = first, float("inf")
        for place, (found, expires_at, count) in enumerate(_SLOT.iter_unpack(table), first):
            is_live = now < expires_at <= now + part.longest
            if is_live and found == digest:
                return _Place(place, expires_at, count)
            if (until := expires_at if is_live else 0.0) < soonest:
                free, soonest = place, until
        return _Place(free, 0.0, 0)

    def _write(self, place: int, slot: bytes) -> None:
        os.lseek(self._file, place * _SLOT.size, os.SEEK_SET)
        os.write(self._file, slot)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread, locked(self._file):
            yield


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
