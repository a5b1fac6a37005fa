"""How quickly a queue moves on, so that those who are turned away learn when to come back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_REMEMBERED = 256  # turns; where so many take less than ``_LEAST_SECONDS``, nobody waits in vain
_LEAST = 4  # turns
_LEAST_SECONDS = 5.0  # that these have to take: when hundreds come at once, the first ones take longest


class Pace:
    """The turns of a queue, while somebody waits.

    Args:
        clock: the time in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turns: deque[float] = deque(maxlen=_REMEMBERED)

    def note(self, *, some_wait: bool) -> None:
        """Note that a place is free again; where nobody waits, its time shows nothing about the pace."""
        if some_wait:
            self._turns.append(self._clock())
        else:
            self._turns.clear()

    def seconds_of_a_turn(self) -> float | None:
        """The mean time between two turns; None while that isn't known.

        The longer a queue doesn't move, the longer a turn seems to take.
        """
        passed = self._clock() - self._turns[0] if self._turns else 0.0
        if len(self._turns) < _LEAST or passed < _LEAST_SECONDS:
            return None
        return passed / (len(self._turns) - 1)
