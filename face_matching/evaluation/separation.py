"""How far genuine and impostor scores are apart: ROC curve, d-prime, histograms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import Floats, WeightedScores


@dataclass(frozen=True, eq=False)
class RocCurve:
    """A receiver operating characteristic.

    Attributes:
        thresholds: ``(n,)`` float64, each different score, descending.
        fmr: ``(n,)`` float64, FMR (the false positive rate) at each threshold.
        tar: ``(n,)`` float64, TAR (the true positive rate) at each threshold.
    """

    thresholds: Floats
    fmr: Floats
    tar: Floats


@dataclass(frozen=True)
class Histogram:
    """How many scores are in each bin.

    Attributes:
        edges: ``bins + 1`` limits.
        genuine: the share of the genuine scores in each bin.
        impostor: the share of the impostor scores in each bin.
    """

    edges: tuple[float, ...]
    genuine: tuple[float, ...]
    impostor: tuple[float, ...]


def roc_curve(genuine: WeightedScores, impostor: WeightedScores) -> RocCurve:
    """The ROC curve at each different score."""
    thresholds = np.unique(np.concatenate([genuine.values, impostor.values]))[::-1]
    return RocCurve(
        thresholds, impostor.fraction_at_or_above(thresholds), genuine.fraction_at_or_above(thresholds)
    )


def d_prime(genuine: WeightedScores, impostor: WeightedScores) -> float:
    """The distance of the means in units of the (root mean square) standard deviation.

    Raises:
        EvaluationError: all scores are equal.
    """
    (upper, wide), (lower, narrow) = _moments(genuine), _moments(impostor)
    spread = math.sqrt((wide + narrow) / 2)
    if not spread > 0:
        raise EvaluationError("all scores are equal, so that their distance has no unit")
    return (upper - lower) / spread


def histogram(genuine: WeightedScores, impostor: WeightedScores, bins: int = 40) -> Histogram:
    """The shares of both kinds of scores in bins of equal width."""
    low = min(float(genuine.values[-1]), float(impostor.values[-1]))
    high = max(float(genuine.values[0]), float(impostor.values[0]))
    edges = np.linspace(low, high if high > low else low + 1.0, bins + 1)
    return Histogram(tuple(edges.tolist()), _shares(genuine, edges), _shares(impostor, edges))


def _moments(scores: WeightedScores) -> tuple[float, float]:
    mean = float(scores.values @ scores.weights) / scores.total
    return mean, float(((scores.values - mean) ** 2) @ scores.weights) / scores.total


def _shares(scores: WeightedScores, edges: Floats) -> tuple[float, ...]:
    counts, _ = np.histogram(scores.values, edges, weights=scores.weights)
    return tuple((counts / scores.total).tolist())
