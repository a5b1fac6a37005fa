"""Sorted scores with weights: the fraction at or above a threshold, and the threshold for a fraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError

Floats = NDArray[np.float64]

# Below every score, above the -inf of a search that can't match.
LOWEST = float(np.finfo(np.float64).min)


@dataclass(frozen=True, eq=False)
class WeightedScores:
    """Scores in descending order. A comparison matches if its score is at or above the threshold.

    Attributes:
        values: ``(n,)`` float64, descending; -inf means that it can't match.
        weights: ``(n,)`` float64, how often each score counts; 1 except in bootstrap samples.
        cumulative: ``(n,)`` float64, the cumulative sum of ``weights``.
    """

    values: Floats
    weights: Floats
    cumulative: Floats

    @classmethod
    def descending(cls, values: Floats, weights: Floats) -> WeightedScores:
        """Create scores from sorted values, which are not checked.

        Args:
            values: ``(n,)`` float64, descending.
            weights: ``(n,)`` float64.

        Raises:
            EvaluationError: the weights sum to zero.
        """
        cumulative = np.cumsum(weights)
        if not len(cumulative) or cumulative[-1] <= 0:
            raise EvaluationError("no scores to measure anything on")
        return cls(values, weights, cumulative)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.cumulative[-1])

    def count_at_or_above(self, thresholds: NDArray[Any] | float) -> Floats:
        """The total weight of the scores at or above each threshold, in the shape of ``thresholds``."""
        passing = np.searchsorted(-self.values, -np.asarray(thresholds, dtype=np.float64), side="right")
        counts: Floats = np.concatenate([[0.0], self.cumulative])[passing]
        return counts

    def fraction_at_or_above(self, thresholds: NDArray[Any] | float) -> Floats:
        """The fraction of the scores at or above each threshold, 0 to 1, in the shape of ``thresholds``."""
        return self.count_at_or_above(thresholds) / self.total

    def threshold_at(self, fraction: float) -> float:
        """The lowest threshold that at most this fraction of the scores reaches.

        It is just above the highest score that must not match, which may be the maximum.
        """
        first_out = int(np.searchsorted(self.cumulative, fraction * self.total * (1 + 1e-12), side="right"))
        if first_out >= len(self.values):
            return LOWEST
        return float(np.nextafter(self.values[first_out], np.inf))


def scores_of(values: Sequence[float] | NDArray[Any]) -> WeightedScores:
    """Sort scores, each with weight 1.

    Args:
        values: scores in any order.

    Raises:
        EvaluationError: there are none, or one is NaN or +inf.
    """
    array = np.asarray(values, dtype=np.float64).ravel()
    if np.isnan(array).any() or np.isposinf(array).any():
        raise EvaluationError("a score is not a number")
    ordered = -np.sort(-array)
    return WeightedScores.descending(ordered, np.ones_like(ordered))
