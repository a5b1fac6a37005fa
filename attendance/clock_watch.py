"""Notices when the computer's clock is set while the program runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from attendance.clock import Clock

SMALLEST = timedelta(minutes=5)  # with less, sessions and late marks are nearly right
SHOWN_FOR = timedelta(days=1)  # an admin who reads nothing for a day accepts the new time


@dataclass(frozen=True)
class ClockChange:
    """The clock as it was set.

    Attributes:
        at: the new time when that was noticed, aware UTC.
        by: how far it was set ahead; negative: back.
    """

    at: datetime
    by: timedelta


class ClockWatch:
    """Compares the clock with the time that has really passed; thread-safe.

    Args:
        clock: the source of both.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._offset = self._read()
        self._last = self._offset
        self._change: ClockChange | None = None

    def look(self) -> None:
        """Compare; cheap, and meant for a timer."""
        offset = self._read()
        with self._lock:
            now = self._clock.now()
            if abs(offset - self._last) >= SMALLEST:
                by = offset - self._offset
                self._change = ClockChange(now, by) if abs(by) >= SMALLEST else None  # else it is right again
            elif self._change is not None and now - self._change.at >= SHOWN_FOR:
                self._change, self._offset = None, offset
            self._last = offset

    @property
    def change(self) -> ClockChange | None:
        """How the clock was set, for a day or until it is set back."""
        return self._change

    def _read(self) -> timedelta:
        """The clock's time when the computer started; stays the same until it is set."""
        return timedelta(
            milliseconds=round(self._clock.now().timestamp() * 1000 - self._clock.running() * 1000)
        )
