"""The class-relative score: a similarity less what the face and the student have with the nearest others."""

from __future__ import annotations

import numpy as np

from face_matching.weighted_scores import Floats

NEIGHBOURS = 5
"""How many of the nearest others count. Three do alike; all others are too weak where a few students of one
group are among many of another, and two cost 2 % of the check-ins of a class of one group."""

LEAST_COHORT = 10
"""The number of people from which scores are relative: among fewer, the nearest five are most of them."""


def nearest_means(scores: Floats, students: int) -> Floats:
    """The mean of the five highest scores of each face, without the student in question.

    Args:
        scores: ``(F, C)`` float64, similarities to a cohort of more than ``NEIGHBOURS`` people.
        students: the first columns are those of the students in question.

    Returns:
        ``(F, students)`` float64: in column ``j``, the mean over the others than ``j``.
    """
    top = np.argpartition(-scores, NEIGHBOURS, axis=1)[:, : NEIGHBOURS + 1]
    best = np.take_along_axis(scores, top, axis=1)
    total = best.sum(axis=1, keepdims=True)
    means = np.repeat((total - best.min(axis=1, keepdims=True)) / NEIGHBOURS, scores.shape[1], axis=1)
    np.put_along_axis(means, top, (total - best) / NEIGHBOURS, axis=1)
    return means[:, :students]


def mean_of_nearest(scores: Floats) -> float:
    """The mean of the five highest scores of one face without the best, the least of its ``nearest_means``.

    Args:
        scores: ``(1, C)`` float64, similarities to more than ``NEIGHBOURS`` people.
    """
    return float(np.partition(-scores[0], NEIGHBOURS)[1 : NEIGHBOURS + 1].mean() * -1)


def class_scores(scores: Floats, neighbourhoods: Floats) -> Floats:
    """Scores less half the sum of what a face and a student have with their nearest others.

    People who resemble each other more than the people of the calibration have high scores with many of a
    class, and so have strangers of their kind. Both means rise with that, so that a stranger passes as often
    in any class. Two students who look alike raise each other's bar.

    Args:
        scores: ``(F, C)`` float64, similarities of faces to a cohort, the ``P`` students first.
        neighbourhoods: ``(P,)`` float64, the mean of each student's similarities to the five nearest others
            of the cohort.

    Returns:
        ``(F, P)`` float64.
    """
    students = len(neighbourhoods)
    return scores[:, :students] - (nearest_means(scores, students) + neighbourhoods) / 2
