"""Ends what takes too long. One thread watches all deadlines: starting one for each photo takes longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread


@dataclass(eq=False)
class Deadline:
    """The deadline of one block.

    Attributes:
        at: the moment, on the monotonic clock.
        overdue: what ends the block.
        has_passed: whether it came before the end of the block.
    """

    at: float
    overdue: Callable[[], None]
    has_passed: bool = field(default=False)


class Deadlines:
    """Watches the deadlines of blocks in any number of threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[Deadline] = set()
        self._thread: Thread | None = None
        self._wakes_at = float("inf")

    @contextmanager
    def within(self, seconds: float, overdue: Callable[[], None]) -> Iterator[Deadline]:
        """Call ``overdue`` from another thread unless the block ends in time; never after its end."""
        deadline = Deadline(time.monotonic() + seconds, overdue)
        with self._changed:
            self._open.add(deadline)
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif deadline.at < self._wakes_at:
                self._changed.notify()
        try:
            yield deadline
        finally:
            with self._changed:
                self._open.discard(deadline)

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for deadline in [each for each in self._open if each.at <= now]:
                    self._open.discard(deadline)
                    deadline.has_passed = True
                    deadline.overdue()
                self._wakes_at = min((each.at for each in self._open), default=float("inf"))
                self._changed.wait(self._wakes_at - now if self._open else None)
