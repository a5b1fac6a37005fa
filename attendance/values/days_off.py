"""Days off: holidays and other days without classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DayOff:
    """One or more days on which no class takes place.

    Attributes:
        id: the natural key ``off-first-last``, or ``off-day``.
        first_day: the first local day, ``YYYY-MM-DD``.
        last_day: the last one, inclusive; the same for a single day.
        name: what people call it, such as Christmas holidays.
        by: who entered it: a user's id, ``api:`` and a token's name, or what a command was given.
        created_at: when it was entered.
    """

    id: str
    first_day: str
    last_day: str
    name: str
    by: str
    created_at: datetime

    def covers(self, day: str) -> bool:
        """Whether it includes a local day, ``YYYY-MM-DD``."""
        return self.first_day <= day <= self.last_day
