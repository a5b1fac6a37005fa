"""Confidence intervals of proportions of trials in which the same people take part again and again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.proportions import wilson


def share_of_trials(outcomes: NDArray[Any], people: NDArray[np.intp]) -> Estimate:
    """A proportion of trials, with Wilson's interval for as many trials as they are worth.

    Photos of one person are alike, and a person who resembles one other often resembles several. So the
    variance is that of leaving out one person at a time (the delete-one jackknife of a U-statistic), and the
    interval is Wilson's for the number of independent trials that have this variance; at most one trial for
    each person, or for each pair of people. Where nothing or everything had the outcome, the jackknife would
    claim certainty, and half of that number counts: what the jackknife gives for a single outcome among
    pairs.

    Args:
        outcomes: ``(n,)`` bool, whether each trial had the outcome.
        people: ``(n,)`` or ``(n, 2)`` intp, from 0: the person, or the two people, of each trial.

    Raises:
        EvaluationError: there are no trials.
    """
    if not len(outcomes):
        raise EvaluationError("no trials to measure a proportion on")
    taking_part = people[:, np.newaxis] if people.ndim == 1 else people
    happened = np.asarray(outcomes, np.float64)
    most = _different(taking_part)
    share = float(happened.mean())
    if share in (0.0, 1.0):
        worth = most if taking_part.shape[1] == 1 else most / 2
    else:
        variance = _jackknife_variance(happened, taking_part)
        worth = most if variance <= 0 else min(float(most), share * (1 - share) / variance)
    found = wilson(share * worth, worth)
    return replace(found, low=share if share == 0 else found.low, high=share if share == 1 else found.high)


def _different(people: NDArray[np.intp]) -> int:
    """How many different people, or pairs of people, take part."""
    if people.shape[1] == 1:
        return len(np.unique(people))
    low, high = people.min(axis=1), people.max(axis=1)
    return len(np.unique(low * (int(people.max()) + 1) + high))


def _jackknife_variance(happened: NDArray[np.float64], people: NDArray[np.intp]) -> float:
    count = int(people.max()) + 1
    trials, events = np.zeros(count), np.zeros(count)
    for column in people.T:
        trials += np.bincount(column, minlength=count)
        events += np.bincount(column, happened, minlength=count)
    left = len(happened) - trials
    counted = (trials > 0) & (left > 0)
    if counted.sum() < 2:
        return 0.0
    shares = (happened.sum() - events[counted]) / left[counted]
    number = len(shares)
    return float((number - 1) / number * ((shares - shares.mean()) ** 2).sum())
