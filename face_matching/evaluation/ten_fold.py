"""Accuracy on a list of pairs by cross-validation, as Labeled Faces in the Wild has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import CONFIDENCE, Estimate
from face_matching.weighted_scores import Floats


@dataclass(frozen=True)
class FoldedAccuracy:
    """The accuracy of a cross-validation.

    Attributes:
        accuracy: the mean over folds, with the interval of Student's t distribution over folds.
        standard_error: of the mean, as LFW's tables print it.
        folds: the accuracy of each fold, with the threshold that was best on the others.
        thresholds: that threshold.
    """

    accuracy: Estimate
    standard_error: float
    folds: tuple[float, ...]
    thresholds: tuple[float, ...]


def folded_accuracy(
    scores: NDArray[Any], same: NDArray[np.bool_], folds: NDArray[np.intp] | Sequence[int]
) -> FoldedAccuracy:
    """The accuracy of each fold at the threshold that is best on the other folds.

    Source: Huang et al., "Labeled Faces in the Wild", University of Massachusetts, 2007, view 2.

    Args:
        scores: ``(n,)`` similarities of pairs.
        same: ``(n,)`` whether each pair shows one person.
        folds: ``(n,)`` the fold of each pair.

    Raises:
        EvaluationError: there are fewer than two folds.
    """
    values, numbers = np.asarray(scores, np.float64), np.asarray(folds)
    names = np.unique(numbers)
    if len(names) < 2:
        raise EvaluationError(f"{len(names)} fold of pairs; a cross-validation needs at least two")
    thresholds, accuracies = [], []
    for name in names:
        here = numbers == name
        threshold = best_threshold(values[~here], same[~here])
        thresholds.append(threshold)
        accuracies.append(float(((values[here] >= threshold) == same[here]).mean()))
    mean = float(np.mean(accuracies))
    error = float(np.std(accuracies, ddof=1) / np.sqrt(len(names)))
    reach = _student_quantile(len(names) - 1) * error
    accuracy = Estimate(mean, max(0.0, mean - reach), min(1.0, mean + reach))
    return FoldedAccuracy(accuracy, error, tuple(accuracies), tuple(thresholds))


def best_threshold(scores: Floats, same: NDArray[np.bool_]) -> float:
    """The threshold with the most right decisions; the lowest of several."""
    candidates = np.append(np.unique(scores), np.inf)
    genuine, impostor = np.sort(scores[same]), np.sort(scores[~same])
    accepted = len(genuine) - np.searchsorted(genuine, candidates)
    rejected = np.searchsorted(impostor, candidates)
    return float(candidates[(accepted + rejected).argmax()])


def _student_quantile(freedom: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - 0.3 s that only lists of pairs need

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
