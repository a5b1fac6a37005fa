"""A store that counts what it is asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attendance.store.protocol import Store


class CountedCalls:
    """Counts how often each method of a store is called.

    Args:
        store: what the calls are passed on to.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._store, name)
