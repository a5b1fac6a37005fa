"""Intervals of rare events over people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

CONFIDENCE = 0.95

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class PadRate:
    """A proportion of presentations.

    Attributes:
        events: presentations with the outcome.
        presentations: all of them.
        people: how many people they show.
        share: the proportion.
        low: lower end of the 95 % interval over people.
        high: its upper end. Where nothing had the outcome, the upper bound of 95 % confidence.
    """

    events: int
    presentations: int
    people: int
    share: float
    low: float
    high: float


def rate_over_people(events: Sequence[int], presentations: Sequence[int]) -> PadRate:
    """A proportion with the exact interval of Clopper and Pearson (Biometrika 26, 1934).

    Presentations of one person resemble each other, so the interval is for as many independent ones as they
    are worth: the number that has the variance of leaving out one person at a time, and the number of people
    where nothing or everything had the outcome.

    Args:
        events: presentations with the outcome, of each person.
        presentations: all, of each person; at least one in total.
    """
    happened, tried = np.asarray(events, np.float64), np.asarray(presentations, np.float64)
    happened, tried = happened[tried > 0], tried[tried > 0]
    total, people = float(tried.sum()), len(tried)
    share = float(happened.sum() / total)
    worth = float(people) if share in (0.0, 1.0) else _worth(happened, tried, share)
    counted = share * worth
    tail = 1 - CONFIDENCE if share in (0.0, 1.0) else (1 - CONFIDENCE) / 2
    low = 0.0 if share == 0 else float(betaincinv(counted, worth - counted + 1, tail))
    high = 1.0 if share == 1 else float(betaincinv(counted + 1, worth - counted, 1 - tail))
    return PadRate(int(happened.sum()), int(total), people, share, low, high)


def _worth(
    events: Numbers,
    tried: Numbers,
    share: float,
) -> float:
    """How many independent presentations have the variance of the delete-one jackknife over people."""
    people = len(tried)
    if people < 2:
        return 1.0
    left = (events.sum() - events) / (tried.sum() - tried)
    # By people - 1 squared instead of people: with one presentation each, it is worth as many as there are.
    variance = ((people - 1) / people) ** 2 * float(((left - left.mean()) ** 2).sum())
    most = float(tried.sum())
    return most if variance <= 0 else min(most, share * (1 - share) / variance)
