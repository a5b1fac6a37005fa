"""Counters that expire, in a small file that the processes of a machine share."""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import sys
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

    It is read and written by calls that can fail, and not mapped into memory: there a full disk, or a backup
    that is copied over the file, would end the process with a signal.

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
                self._empty()
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
            place, expires_at, count = self._find(digest, now)
            if not count:
                expires_at = now + lifetime
            count += amount
            _write(self._file, _SLOT.pack(digest, expires_at, count), place)
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
            _write(self._file, _SLOT.pack(digest, 0.0, 0), place)

    def reset(self) -> None:
        """End all counters."""
        with self._locked():
            self._empty()

    def _empty(self) -> None:
        """Fill it with expired counters, so that its place on the disk is taken."""
        os.ftruncate(self._file, 0)
        if _write(self._file, bytes(_SIZE), 0) != _SIZE:
            raise OSError(errno.ENOSPC, "The disk is full")

    def _find(self, digest: bytes, now: float) -> tuple[int, float, int]:
        """The place of a counter with its expiry and count, or a place for a new one with the count 0."""
        first = int.from_bytes(digest, "little") % SLOTS
        places = [(first + step) % SLOTS * _SLOT.size for step in range(PROBED)]
        in_front = min(PROBED, SLOTS - first)  # the others are at the beginning of the file
        table = self._read(in_front, places[0]) + self._read(PROBED - in_front, 0)
        slots = [(place, *found) for place, found in zip(places, _SLOT.iter_unpack(table), strict=True)]
        for place, found, expires_at, count in slots:
            if found == digest and expires_at > now:
                return place, expires_at, count
        return min(slots, key=lambda slot: slot[2])[0], 0.0, 0

    def _read(self, slots: int, place: int) -> bytes:
        """So many slots from a place on; what somebody has cut off counts as expired."""
        size = slots * _SLOT.size
        return _read(self._file, size, place).ljust(size, b"\0")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread, locked(self._file):
            yield


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()


if sys.platform == "win32":

    def _read(file: int, size: int, place: int) -> bytes:
        os.lseek(file, place, os.SEEK_SET)
        return os.read(file, size)

    def _write(file: int, data: bytes, place: int) -> int:
        os.lseek(file, place, os.SEEK_SET)
        return os.write(file, data)

else:

    def _read(file: int, size: int, place: int) -> bytes:
        return os.pread(file, size, place)

    def _write(file: int, data: bytes, place: int) -> int:
        return os.pwrite(file, data, place)
