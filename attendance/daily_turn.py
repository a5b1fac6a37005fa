"""Decides whose turn it is to do what is done once a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from attendance.clock import Clock

DAY = timedelta(days=1)


class DailyTurn:
    """The turn to do something at first, and then once a day; thread-safe.

    Args:
        clock: the source of the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._last: datetime | None = None

    @contextmanager
    def taken(self) -> Iterator[datetime | None]:
        """Take the turn; what fails inside is due again at once.

        Yields:
            The time; None if there was a turn within the last day, or another thread has it now.
        """
        now = self._clock.now()
        if self._last is not None and now < self._last:  # the clock was set back
            self._last = now
        is_early = self._last is not None and now - self._last < DAY
        if is_early or not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            yield now
            self._last = now
        finally:
            self._lock.release()
