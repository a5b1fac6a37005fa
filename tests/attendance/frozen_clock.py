"""A clock that only a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FrozenClock:
    """See ``attendance.clock.Clock``."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def advance(self, **span: float) -> None:
        """Go on by a ``timedelta`` of these parts."""
        self.moment += timedelta(**span)
