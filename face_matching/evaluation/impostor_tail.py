"""The far tail of impostor scores: a generalised Pareto distribution over the highest of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import Scores

# Share of the scores, from the top, that the tail is fitted to: few enough to be tail, and enough to fit.
TAIL_SHARE = 0.02
# A fit to fewer scores than this says nothing.
MIN_TAIL_SCORES = 50
HIGHEST_COSINE = 1.0


@dataclass(frozen=True)
class Tail:
    """A generalised Pareto distribution above ``start`` that ends at 1 or below.

    Attributes:
        start: score at which the tail begins.
        share: share of all scores above ``start``.
        scale: in units of the score.
        shape: below 0; the tail ends at ``start - scale / shape``.
    """

    start: float
    share: float
    scale: float
    shape: float

    def threshold_at(self, share: float) -> float:
        """The threshold that this share of all scores passes.

        Args:
            share: above 0, at most the tail's own.
        """
        return float(self.start + self.scale / self.shape * ((share / self.share) ** -self.shape - 1.0))


def fit_tail(scores: Scores, share: float = TAIL_SHARE) -> Tail:
    """Fit by probability-weighted moments (Hosking and Wallis, Technometrics 29, 1987).

    They need no search, take weights, and are steadier than maximum likelihood on a few hundred scores.
    A cosine can't exceed 1, so that the true tail ends there at the latest: a fit that goes beyond is
    exchanged for the one with the same mean that ends at 1.

    Raises:
        EvaluationError: too few scores lie in the tail.
    """
    start = scores.threshold_at(share)
    used = (scores.values >= start) & (scores.weights > 0)
    if used.sum() < MIN_TAIL_SCORES:
        raise EvaluationError(
            f"{used.sum()} scores in the top {share:.1%}; a tail needs {MIN_TAIL_SCORES}: measure more people"
        )
    excess, weights = scores.values[used] - start, scores.weights[used]
    weight = float(weights.sum())
    above = (np.cumsum(weights) - weights / 2) / weight
    mean = float(excess @ weights) / weight
    moment = float((excess * above) @ weights) / weight
    spread = mean - 2 * moment
    if spread <= 0:
        raise EvaluationError("the highest scores are all alike: no tail can be fitted to them")
    scale, shape = 2 * mean * moment / spread, 2 - mean / spread
    room = HIGHEST_COSINE - start
    if shape > -scale / room:
        scale = mean / (1 - mean / room)
        shape = -scale / room
    return Tail(start, weight / scores.total, scale, shape)
