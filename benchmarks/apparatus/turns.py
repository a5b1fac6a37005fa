"""Run what is compared in turn, so that other load on the machine affects all equally."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from typing import TypeVar

Result = TypeVar("Result")


def in_turn(ways: Sequence[Callable[[], Result]], rounds: int, warm_up: int) -> list[list[Result]]:
    """Run each once a round.

    Args:
        ways: what is compared.
        rounds: that count.
        warm_up: rounds before those.

    Returns:
        What each returned, round by round, without the warm-up.
    """
    returned: list[list[Result]] = [[] for _ in ways]
    for _ in range(warm_up + rounds):
        for own, way in zip(returned, ways, strict=True):
            own.append(way())
    return [own[warm_up:] for own in returned]


def medians(ways: Mapping[str, Callable[[], object]], rounds: int, warm_up: int) -> dict[str, float]:
    """The median seconds of each; see ``in_turn``."""
    seconds = in_turn([partial(seconds_of, way) for way in ways.values()], rounds, warm_up)
    return {name: median(own) for name, own in zip(ways, seconds, strict=True)}


def seconds_of(way: Callable[[], object]) -> float:
    """How long it takes once."""
    begin = time.perf_counter()
    way()
    return time.perf_counter() - begin
