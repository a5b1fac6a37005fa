"""Counts rate limits together with the other processes that serve the same data folder."""

from __future__ import annotations

import time
from pathlib import Path

from limits.storage import Storage

from attendance.files.shared_counters import SharedCounters

SCHEME = "attendance-shared"
FILE_NAME = "limits"  # in the data folder; deleting it is harmless


class SharedStorage(Storage):  # type: ignore[misc, unused-ignore]
    """The storage of ``limits`` in a file of a data folder.

    Args:
        uri: the scheme alone.
        path: the file.
        wrap_exceptions: as for every storage.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - declared so by limits

    def __init__(self, uri: str | None = None, *, path: str, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counters = SharedCounters(Path(path), time.time)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What breaks the storage, so that a limiter counts in memory."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter."""
        return self._counters.add(key, expiry, amount)

    def get(self, key: str) -> int:
        """A counter."""
        return self._counters.get(key)[0]

    def get_expiry(self, key: str) -> float:
        """When a counter begins again, in seconds since 1970."""
        return self._counters.get(key)[1]

    def check(self) -> bool:
        """Whether the storage works."""
        self._counters.get("check")
        return True

    def reset(self) -> int | None:
        """End all counters."""
        self._counters.reset()
        return None

    def clear(self, key: str) -> None:
        """End a counter."""
        self._counters.clear(key)
