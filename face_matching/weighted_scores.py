"""A set of scores with weights: what share lies at or above a threshold, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError

Values = NDArray[np.float64]

# Below every score, and above the -inf of a search that can't pass.
LOWEST = float(np.finfo(np.float64).min)


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores, highest first. A comparison passes when its score is at or above the threshold.

    Attributes:
        values: ``(n,)`` float64, descending; may hold -inf for "can't pass".
        weights: ``(n,)`` float64, how often each counts; 1 unless a bootstrap drew otherwise.
        cumulative: ``(n,)`` float64, running sum of ``weights``.
    """

    values: Values
    weights: Values
    cumulative: Values

    @classmethod
    def descending(cls, values: Values, weights: Values) -> Scores:
        """From values that are in order already; nothing is checked.

        Raises:
            EvaluationError: the weights sum to nothing.
        """
        cumulative = np.cumsum(weights)
        if not len(cumulative) or cumulative[-1] <= 0:
            raise EvaluationError("no scores to measure anything on")
        return cls(values, weights, cumulative)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.cumulative[-1])

    def count_at_or_above(self, thresholds: NDArray[Any] | float) -> Values:
        """The weight of the scores that pass, in the shape of ``thresholds``."""
        passing = np.searchsorted(-self.values, -np.asarray(thresholds, dtype=np.float64), side="right")
        counts: Values = np.concatenate([[0.0], self.cumulative])[passing]
        return counts

    def share_at_or_above(self, thresholds: NDArray[Any] | float) -> Values:
        """The share, 0 to 1, of the scores that pass, in the shape of ``thresholds``."""
        return self.count_at_or_above(thresholds) / self.total

    def threshold_at(self, share: float) -> float:
        """The lowest threshold that lets at most this share of the scores pass.

        It lies just above the highest score that must not pass, which may be the very highest.
        """
        first_out = int(np.searchsorted(self.cumulative, share * self.total * (1 + 1e-12), side="right"))
        if first_out >= len(self.values):
            return LOWEST
        return float(np.nextafter(self.values[first_out], np.inf))


def scores_of(values: Sequence[float] | NDArray[Any]) -> Scores:
    """Scores in any order, each counting once.

    Raises:
        EvaluationError: there are none, or one is NaN or +inf.
    """
    array = np.asarray(values, dtype=np.float64).ravel()
    if np.isnan(array).any() or np.isposinf(array).any():
        raise EvaluationError("a score is not a number")
    ordered = -np.sort(-array)
    return Scores.descending(ordered, np.ones_like(ordered))
