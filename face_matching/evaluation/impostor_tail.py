"""Fits a generalised Pareto distribution to the upper tail of impostor scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import WeightedScores

# Fraction of the highest scores to which the tail is fitted.
TAIL_FRACTION = 0.02
# Minimum number of scores for a meaningful fit.
MIN_TAIL_SCORES = 50
HIGHEST_COSINE = 1.0


@dataclass(frozen=True)
class Tail:
    """A generalised Pareto distribution above ``start`` that ends at 1 or below.

    Attributes:
        start: the score at which the tail begins.
        fraction: the fraction of all scores above ``start``.
        scale: scale parameter in units of the score.
        shape: shape parameter, below 0; the tail ends at ``start - scale / shape``.
    """

    start: float
    fraction: float
    scale: float
    shape: float

    def threshold_at(self, fraction: float) -> float:
        """The threshold that this fraction of all scores reaches.

        Args:
            fraction: greater than 0, at most the tail's.
        """
        return float(self.start + self.scale / self.shape * ((fraction / self.fraction) ** -self.shape - 1.0))


def fit_tail(scores: WeightedScores, fraction: float = TAIL_FRACTION) -> Tail:
    """Fit a tail by probability-weighted moments (Hosking and Wallis, Technometrics 29, 1987).

    They are in closed form, accept weights, and are more stable than maximum likelihood on a few hundred
    scores. A cosine can't exceed 1, so a fit that extends beyond is replaced by the one with the same mean
    that ends at 1.

    Args:
        scores: impostor scores.
        fraction: the fraction of the highest scores to use.

    Raises:
        EvaluationError: there are too few scores in the tail, or they are all equal.
    """
    start = scores.threshold_at(fraction)
    used = (scores.values >= start) & (scores.weights > 0)
    if used.sum() < MIN_TAIL_SCORES:
        raise EvaluationError(
            f"{used.sum()} scores in the top {fraction:.1%}; at least {MIN_TAIL_SCORES} needed: add people"
        )
    excess, weights = scores.values[used] - start, scores.weights[used]
    weight = float(weights.sum())
    above = (np.cumsum(weights) - weights / 2) / weight
    mean = float(excess @ weights) / weight
    moment = float((excess * above) @ weights) / weight
    spread = mean - 2 * moment
    if spread <= 0:
        raise EvaluationError("the highest scores are all equal: no tail can be fitted")
    scale, shape = 2 * mean * moment / spread, 2 - mean / spread
    width = HIGHEST_COSINE - start
    if shape > -scale / width:
        scale = mean / (1 - mean / width)
        shape = -scale / width
    return Tail(start, weight / scores.total, scale, shape)
