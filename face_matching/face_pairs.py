"""Compares faces with faces, relative to the class with engines for which that was calibrated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.relative_scores.class_scores import LEAST_COHORT, nearest_means
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.weighted_scores import Floats


def judge_pairs(
    policy: DecisionPolicy,
    gallery: Gallery | None,
    first: NDArray[Any],
    second: NDArray[Any],
    *,
    similarities: NDArray[Any] | None = None,
) -> JudgedScores:
    """Compare each face with each of others.

    From ten students, scores are relative to the students whom the two faces resemble most, without the one
    whom they resemble most together and may be.

    Args:
        policy: the policy of the engine.
        gallery: the students of the class; None means nobody.
        first: ``(F, D)`` float32, rows of unit length.
        second: ``(G, D)`` float32, the same.
        similarities: ``(F, G)``, if they are not simply the cosine similarities.

    Raises:
        GalleryMismatchError: the embeddings are from another engine than the templates.
    """
    plain = np.asarray(first @ second.T if similarities is None else similarities, np.float64)
    if policy.relative is None or gallery is None or gallery.students < LEAST_COHORT:
        return policy.plain(plain)
    levels = pair_levels(
        gallery.similarities(first).astype(np.float64), gallery.similarities(second).astype(np.float64)
    )
    return policy.judge_relative(policy.relative, plain, plain - levels, gallery.students)


def pair_levels(first: Floats, second: Floats) -> Floats:
    """What two faces have with the nearest of a cohort, without the person whom both resemble most.

    Args:
        first: ``(F, P)`` float64, similarities of faces to the people of the cohort.
        second: ``(G, P)`` float64, those of others.

    Returns:
        ``(F, G)`` float64, the mean of both faces' means.
    """
    own, theirs = nearest_means(first, first.shape[1]), nearest_means(second, second.shape[1])
    levels = np.empty((len(first), len(second)))
    for row, (scores, means) in enumerate(zip(first, own, strict=True)):
        student = (scores + second).argmax(axis=1)
        levels[row] = (means[student] + theirs[np.arange(len(second)), student]) / 2
    return levels
