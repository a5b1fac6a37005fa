"""How much more a face resembles a student than it resembles everybody else."""

from __future__ import annotations

import numpy as np

from face_matching.weighted_scores import Values

LEAST_SEARCHED = 20
"""People from which the mean over the others says something: with fewer, chance moves it by more than a
quarter of what the scores of strangers spread by."""


def relative_scores(scores: Values) -> Values:
    """Each score less the mean of the face's scores with all other students.

    A face that is dark, blurred, or of a kind that the network saw few of resembles many people a little more
    than others do, and so do strangers to whoever it is compared with. The mean takes that out.

    Args:
        scores: ``(F, P)``, two students or more.

    Returns:
        ``(F, P)``, in the same order within each row.
    """
    others = (scores.sum(axis=1, keepdims=True) - scores) / (scores.shape[1] - 1)
    return np.asarray(scores - others)
