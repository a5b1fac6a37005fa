"""Bootstrap confidence intervals, resampling people because photos of one person are correlated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import Floats

CONFIDENCE = 0.95
DRAWS = 1000
SEED = 20180402


@dataclass(frozen=True)
class Estimate:
    """A measured value with its 95 % confidence interval."""

    value: float
    low: float
    high: float


def draw_people(people: int, draws: int = DRAWS, seed: int = SEED) -> NDArray[np.float64]:
    """How often each person is drawn in samples with replacement.

    Args:
        people: number of people, and size of a sample.
        draws: number of samples.
        seed: seed of the random numbers.

    Returns:
        ``(draws, people)`` float64, rows summing to ``people``; deterministic.
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(people, np.full(people, 1.0 / people), size=draws).astype(np.float64)


def replicate(statistic: Callable[[Floats], NDArray[np.float64]], counts: NDArray[np.float64]) -> Floats:
    """Compute a statistic for every draw.

    Args:
        statistic: maps ``(people,)`` counts to ``(k,)`` values; raises ``EvaluationError`` for draws for
            which it can't be computed, which are skipped.
        counts: ``(draws, people)`` from ``draw_people``.

    Returns:
        ``(computed draws, k)`` float64.

    Raises:
        EvaluationError: it could not be computed for any draw.
    """
    rows = []
    for count in counts:
        try:
            rows.append(statistic(count))
        except EvaluationError:  # for example, only one person was drawn
            continue
    if not rows:
        raise EvaluationError(f"none of {len(counts)} draws could be measured: there are too few people")
    return np.stack(rows)


def estimates(
    statistic: Callable[[Floats], NDArray[np.float64]], people: int, draws: int = DRAWS
) -> tuple[Estimate, ...]:
    """The values of a statistic with their confidence intervals (percentile bootstrap)."""
    return interval_of(statistic(np.ones(people)), replicate(statistic, draw_people(people, draws)))


def interval_of(values: Floats, drawn: Floats) -> tuple[Estimate, ...]:
    """Values with percentile intervals.

    Args:
        values: ``(k,)`` float64, of the people as they are.
        drawn: ``(draws, k)`` float64, from ``replicate``.
    """
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return tuple(
        Estimate(float(v), float(lo), float(hi)) for v, lo, hi in zip(values, low, high, strict=True)
    )
