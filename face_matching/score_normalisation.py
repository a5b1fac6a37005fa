"""Score normalisation: subtracts how much a face resembles all other students (the cohort)."""

from __future__ import annotations

import numpy as np

from face_matching.weighted_scores import Floats

LEAST_SEARCHED = 20
"""Minimum number of students for a useful cohort: with fewer, the mean varies randomly by more than a quarter
of the spread of impostor scores."""


def relative_scores(scores: Floats) -> Floats:
    """Subtract from each score the mean of the face's scores with all other students.

    A face that is dark, blurred, or of a kind that is rare in the network's training data has higher scores
    with many people, impostors included. The cohort's mean compensates for that.

    Args:
        scores: ``(F, P)`` float64, at least two students.

    Returns:
        ``(F, P)`` float64.
    """
    others = (scores.sum(axis=1, keepdims=True) - scores) / (scores.shape[1] - 1)
    return np.asarray(scores - others)
