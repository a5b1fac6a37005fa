"""How a class arrives, and what is promised of it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

SEED = 11


@dataclass(frozen=True)
class Promise:
    """How long a check-in may take, from asking for the page to the verdict.

    Attributes:
        share: of the check-ins, 0 to 1; 1 means the slowest one.
        seconds: what they may take.
    """

    share: float
    seconds: float

    def __str__(self) -> str:
        what = "all" if self.share >= 1 else f"p{self.share * 100:.0f}"
        return f"{what} <= {self.seconds:g} s"


@dataclass(frozen=True)
class Arrivals:
    """Phones that come to the door.

    Attributes:
        name: of the scenario.
        phones: how many.
        within: seconds in which they come, at random moments; 0 means at one instant.
        promise: how long they may take.
        frames: pictures of a movement that come with each photo.
        addresses: whether each phone has an address of its own; otherwise all share a router's.
    """

    name: str
    phones: int
    within: float
    promise: Promise
    frames: int = 0
    addresses: bool = True

    def moments(self) -> list[float]:
        """When they come, in seconds from the beginning, in order; always the same."""
        chance = random.Random(SEED)  # noqa: S311 - no secret
        return sorted(chance.uniform(0, self.within) for _ in range(self.phones))

    def sized(self, share: float) -> Arrivals:
        """The same with a share of the phones, at least two."""
        return replace(self, phones=max(2, round(self.phones * share)))


FRAMES = 8
"""Of one movement: ``FRAMES_PER_MOVEMENT`` of client/phone/check_in_page.py."""

SCENARIOS = (
    Arrivals("60 at once", 60, 0, Promise(0.95, 1.0)),
    Arrivals("500 in 60 s, 500 addresses", 500, 60, Promise(0.99, 1.0)),
    Arrivals("500 in 60 s, one address", 500, 60, Promise(0.99, 1.0), addresses=False),
    Arrivals("500 at one instant", 500, 0, Promise(1, 8.0)),
    Arrivals("500 at one instant, one address", 500, 0, Promise(1, 8.0), addresses=False),
    Arrivals("60 at once, with a movement", 60, 0, Promise(0.95, 2.5), frames=FRAMES),
    Arrivals("500 at one instant, with a movement", 500, 0, Promise(1, 30.0), frames=FRAMES),
)


@dataclass(frozen=True)
class Sustained:
    """A rate that is to be kept up.

    Attributes:
        name: of the scenario.
        wanted: check-ins a second.
        promise: how long they may take.
        frames: pictures of a movement that come with each photo.
    """

    name: str
    wanted: float
    promise: Promise
    frames: int = 0

    def at(self, rate: float, seconds: float) -> Arrivals:
        """The arrivals of one step."""
        phones = max(2, round(rate * seconds))
        return Arrivals(f"{self.name}: {rate:g}/s", phones, seconds, self.promise, self.frames)


RATES = (
    Sustained("sustained", 80.0, Promise(0.95, 1.0)),
    Sustained("sustained, with a movement", 25.0, Promise(0.95, 2.5), FRAMES),
)


class RateSearch:
    """Looks for the highest rate that is kept up: doubles or halves it first, and then halves the interval.

    Args:
        first: the rate to begin with.
        most: no rate above this is tried.
        closer: how often the interval is halved.
    """

    def __init__(self, first: float, *, most: float, closer: int = 3) -> None:
        self._kept = 0.0
        self._failed = float("inf")
        self._most = most
        self._closer = closer
        self.next: float | None = min(first, most)

    @property
    def highest(self) -> float:
        """The highest rate that was kept up; 0 if none was."""
        return self._kept

    def note(self, *, kept: bool) -> None:
        """Note what became of the rate ``next``, and choose another one; None at the end."""
        assert self.next is not None
        if kept:
            self._kept = max(self._kept, self.next)
        else:
            self._failed = min(self._failed, self.next)
        self.next = self._another()

    def _another(self) -> float | None:
        if self._kept >= self._most:
            return None
        if self._failed == float("inf"):
            return min(self._kept * 2, self._most)
        if not self._kept:
            return self._failed / 2 if self._failed > 1 else None
        if not self._closer:
            return None
        self._closer -= 1
        return (self._kept + self._failed) / 2


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of the values doesn't exceed; 0 without values.

    Args:
        values: in any order.
        share: 0 to 1.
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]
