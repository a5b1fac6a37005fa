"""How people move: a turn of the head as it is asked, the shake of a hand, the times of the frames."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FRAMES = 8
"""Frames of a burst for one movement."""

SPANS = {1: 1.6, 2: 3.9}
"""Seconds from the first frame to the last, by the number of movements, as on the phone's page."""


def times_of(movements: int, rng: np.random.Generator) -> Numbers:
    """When the frames of a burst are taken, with the delays of a browser.

    Args:
        movements: how many are asked for; each takes ``FRAMES`` frames.
        rng: draws the delays.

    Returns:
        ``(n,)`` float64, seconds since the first frame.
    """
    count = FRAMES * movements
    late = np.concatenate([[0.0], rng.uniform(0, 0.02, count - 1)])
    return np.asarray(np.arange(count) * step_of(movements) + late)


def step_of(movements: int) -> float:
    """Seconds from one frame to the next where the page asks for so many movements."""
    return SPANS[movements] / (FRAMES * movements - 1)


def turns_at(times: Numbers, turns: Sequence[tuple[float, float]], rng: np.random.Generator) -> Numbers:
    """A turn, or one after the other, with the smooth speed of a movement to a goal.

    People react 0.1 to 0.35 s after the page tells them, each turn in its part of the burst, and take 0.6 to
    0.9 s. Half of them begin to turn back at the end.

    Args:
        times: ``(n,)`` float64, seconds.
        turns: yaw and pitch of each goal, relative to its size.
        rng: draws reaction and speed.

    Returns:
        ``(n, 2)`` float64: the shares of yaw and pitch at each time.
    """
    stops: list[tuple[float, tuple[float, float]]] = []
    at = 0.0
    place = (0.0, 0.0)
    for number, goal in enumerate(turns):
        told = number * SPANS[len(turns)] / len(turns)
        at = max(at, told + rng.uniform(0.1, 0.35))
        stops += [(at, place), (at := at + rng.uniform(0.6, 0.9), goal)]
        at += rng.uniform(0.1, 0.3)
        place = goal
    if rng.random() < 0.5:
        stops += [(at, place), (at + rng.uniform(0.6, 0.9), (0.0, 0.0))]
    found = np.zeros((len(times), 2))
    for row, time in enumerate(times):
        found[row] = _place(float(time), stops)
    return found


def _place(time: float, stops: Sequence[tuple[float, tuple[float, float]]]) -> Numbers:
    if time <= stops[0][0]:
        return np.array(stops[0][1])
    for (start, here), (end, there) in pairwise(stops):
        if time < end:
            share = smooth((time - start) / (end - start))
            return np.asarray(np.array(here) + share * (np.array(there) - np.array(here)))
    return np.array(stops[-1][1])


def smooth(share: float) -> float:
    """The way of a movement to a goal at a share of its time, with the least jerk (Flash and Hogan, 1985)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def shake(times: Numbers, size: float, rng: np.random.Generator) -> Numbers:
    """The shake of a hand or a head: two slow waves of random phase, and a tremor.

    Args:
        times: ``(n,)`` float64, seconds.
        size: about the largest deflection, in any unit.
        rng: draws the waves.

    Returns:
        ``(n,)`` float64 in that unit.
    """
    found = np.zeros(len(times))
    for rate, part in ((0.5, 0.55), (1.3, 0.3), (6.0, 0.1)):
        found += part * np.sin(2 * np.pi * (rate * rng.uniform(0.7, 1.3) * times + rng.random()))
    return size * found
