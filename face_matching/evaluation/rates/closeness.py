"""Whether the faces of a class are closer to each other than those that the thresholds were counted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from face_matching.decision import DecisionPolicy
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.proportions import wilson
from face_matching.similarity import Embeddings
from face_matching.threshold_curve import fmr_for

FEWEST_STUDENTS = 10
HALF = 0.5


@dataclass(frozen=True)
class Closeness:
    """How close the faces of a class are.

    Attributes:
        usual: the similarity to the nearest of so many others that half of the calibration's people reach.
        median: the same of the class's students.
        above: the share of its students whose nearest classmate is above ``usual``, which should be a half.
    """

    usual: float
    median: float
    above: Estimate

    @property
    def is_closer(self) -> bool:
        """Whether that is surely more than a half."""
        return self.above.low > HALF


def closeness(policy: DecisionPolicy, photos: Sequence[Embeddings]) -> Closeness | None:
    """Compare the first photos of the students of a class with each other.

    Two students who are each other's nearest are one observation, so half of the students count as trials.

    Args:
        policy: its plain thresholds tell how close the calibration's people are.
        photos: for each student ``(n, D)`` float32, rows of unit length.

    Returns:
        None for fewer than ``FEWEST_STUDENTS``.
    """
    if len(photos) < FEWEST_STUDENTS:
        return None
    rows = np.stack([own[0] for own in photos])
    scores = (rows @ rows.T).astype(np.float64)
    np.fill_diagonal(scores, -np.inf)
    nearest = scores.max(axis=1)
    usual = policy.search.at(fmr_for(HALF, len(rows) - 1))
    trials = len(rows) / 2
    return Closeness(
        usual, float(np.median(nearest)), wilson(float((nearest > usual).mean()) * trials, trials)
    )
