"""A clock that only a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FrozenClock:
    """See ``attendance.clock.Clock``.

    Args:
        moment: what it shows.
    """

    def __init__(self, moment: datetime = MORNING) -> None:
        self._started = moment
        self._wrong = timedelta()
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def running(self) -> float:
        """See ``Clock``: all time that passes, also where a test only sets ``moment``."""
        return (self.moment - self._wrong - self._started).total_seconds()

    def advance(self, **span: float) -> None:
        """Go on by a ``timedelta`` of these parts."""
        self.moment += timedelta(**span)

    def set_wrong(self, **span: float) -> None:
        """Somebody sets the clock ahead or back, by a ``timedelta`` of these parts, and no time passes."""
        self._wrong += timedelta(**span)
        self.moment += timedelta(**span)
