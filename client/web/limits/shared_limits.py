"""Counts rate limits together with the other processes of a site, in counters that they share."""

from __future__ import annotations

from typing import Protocol

from limits.storage import Storage

from attendance.errors import StoreUnavailableError

SCHEME = "attendance-shared"
FILE_NAME = "limits"  # in the data folder; deleting it is harmless


class Counters(Protocol):
    """Counters that expire, in a file or in a database."""

    def add(self, key: str, lifetime: float, amount: int) -> int:
        """Add to a counter, which begins again after its lifetime, and return it."""
        ...

    def get(self, key: str) -> tuple[int, float]:
        """A counter and when it expires; 0 and now if there is none."""
        ...

    def clear(self, key: str) -> None:
        """End a counter."""
        ...

    def reset(self) -> None:
        """End all counters."""
        ...


class SharedStorage(Storage):  # type: ignore[misc, unused-ignore]
    """The storage of ``limits`` in shared counters.

    Args:
        uri: the scheme alone.
        counters: where to count.
        wrap_exceptions: as for every storage.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - declared so by limits

    def __init__(self, uri: str | None = None, *, counters: Counters, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counters = counters

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What breaks the storage, so that a limiter counts in memory."""
        return OSError, StoreUnavailableError

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
        try:
            self._counters.get("check")
        except self.base_exceptions:
            return False
        return True

    def reset(self) -> int | None:
        """End all counters."""
        self._counters.reset()
        return None

    def clear(self, key: str) -> None:
        """End a counter."""
        self._counters.clear(key)
