"""Counters that expire, in a small file that the processes of a machine share in memory."""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attendance.files.file_lock import locked

SLOTS = 16_384  # counters at a time: far more than the phones and addresses of a school in a minute
PROBED = 16  # neighbouring slots in which a counter may be; if all are taken, the first to expire gives way
_SLOT = struct.Struct("<8sdq")  # digest of the key, time of expiry, count
_SIZE = SLOTS * _SLOT.size
_OWNER_ONLY = 0o600


class SharedCounters:
    """A table of counters. Losing it is harmless: counting begins again.

    Args:
        path: the file, which is created if necessary; its folder exists.
        now: the time in seconds since 1970.

    Raises:
        OSError: the file can't be used.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._thread = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), _OWNER_ONLY)
        try:
            if os.fstat(self._file).st_size != _SIZE:
                os.ftruncate(self._file, 0)
                os.ftruncate(self._file, _SIZE)  # zeros: expired counters
            self._table = mmap.mmap(self._file, _SIZE)
        except BaseException:
            os.close(self._file)
            raise

    def __del__(self) -> None:
        if hasattr(self, "_table"):
            self._table.close()
            os.close(self._file)

    def add(self, key: str, lifetime: float, amount: int) -> int:
        """Add to a counter, which begins again after its lifetime, and return it."""
        digest, now = _digest(key), self._now()
        with self._locked():
            place, expires_at, count = self._find(digest, now)
            if not count:
                expires_at = now + lifetime
            count += amount
            _SLOT.pack_into(self._table, place, digest, expires_at, count)
        return count

    def get(self, key: str) -> tuple[int, float]:
        """A counter and when it expires; 0 and now if there is none."""
        now = self._now()
        with self._locked():
            _, expires_at, count = self._find(_digest(key), now)
        return (count, expires_at) if count else (0, now)

    def clear(self, key: str) -> None:
        """End a counter."""
        digest = _digest(key)
        with self._locked():
            place, _, _ = self._find(digest, self._now())
            _SLOT.pack_into(self._table, place, digest, 0.0, 0)

    def reset(self) -> None:
        """End all counters."""
        with self._locked():
            self._table[:] = bytes(_SIZE)

    def _find(self, digest: bytes, now: float) -> tuple[int, float, int]:
        """The place of a counter with its expiry and count, or a place for a new one with the count 0."""
        first = int.from_bytes(digest, "little") % SLOTS
        places = [(first + step) % SLOTS * _SLOT.size for step in range(PROBED)]
        slots = [(place, *_SLOT.unpack_from(self._table, place)) for place in places]
        for place, found, expires_at, count in slots:
            if found == digest and expires_at > now:
                return place, expires_at, count
        return min(slots, key=lambda slot: slot[2])[0], 0.0, 0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread, locked(self._file):
            yield


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
