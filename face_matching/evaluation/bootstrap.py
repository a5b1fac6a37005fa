"""Intervals by drawing people anew: photos of one person hang together, so people are what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import Values

CONFIDENCE = 0.95
DRAWS = 1000
SEED = 20180402


@dataclass(frozen=True)
class Estimate:
    """A measured value between the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def draw_people(people: int, draws: int = DRAWS, seed: int = SEED) -> NDArray[np.float64]:
    """How often each person comes up when as many are drawn with replacement.

    Returns:
        ``(draws, people)`` float64, each row summing to ``people``; the same for the same arguments.
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(people, np.full(people, 1.0 / people), size=draws).astype(np.float64)


def replicate(statistic: Callable[[Values], NDArray[np.float64]], counts: NDArray[np.float64]) -> Values:
    """A statistic for every draw.

    Args:
        statistic: takes ``(people,)`` counts and gives ``(k,)`` numbers; a draw that it can't be
            computed for (nobody left to compare) raises ``EvaluationError`` and is left out.
        counts: ``(draws, people)`` from ``draw_people``.

    Returns:
        ``(draws that could be computed, k)``.

    Raises:
        EvaluationError: it could not be computed for any draw.
    """
    rows = []
    for count in counts:
        try:
            rows.append(statistic(count))
        except EvaluationError:  # only one person was drawn, say
            continue
    if not rows:
        raise EvaluationError(f"none of {len(counts)} draws of people could be measured: too few people")
    return np.stack(rows)


def estimates(
    statistic: Callable[[Values], NDArray[np.float64]], people: int, draws: int = DRAWS
) -> tuple[Estimate, ...]:
    """Each number of a statistic with its interval (percentiles of the draws)."""
    values = statistic(np.ones(people))
    drawn = replicate(statistic, draw_people(people, draws))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return tuple(
        Estimate(float(v), float(lo), float(hi)) for v, lo, hi in zip(values, low, high, strict=True)
    )
