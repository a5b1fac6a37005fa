"""Normalised scores of pairs of photos, as the server computes them for classrooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.evaluation.error_rates import PairScores, numbered
from face_matching.similarity import cosine_similarity
from face_matching.weighted_scores import WeightedScores


def relative_pairs(embeddings: NDArray[Any], identities: Sequence[str]) -> PairScores:
    """Normalised scores of all pairs of photos, with either photo as the probe in turn.

    The cohort is the photos of all third people.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos; at least three people.
    """
    people = numbered(identities)
    scores = cosine_similarity(embeddings, embeddings).astype(np.float64)
    photos = np.bincount(people)
    sums = np.stack([scores[:, people == person].sum(axis=1) for person in range(len(photos))], axis=1)
    total, own = sums.sum(axis=1), sums[np.arange(len(people)), people]
    first, second = np.triu_indices(len(people), k=1)
    turned = (first + second) % 2 == 1
    face, student = np.where(turned, second, first), np.where(turned, first, second)
    same = people[face] == people[student]
    theirs = np.where(same, 0.0, sums[face, people[student]])
    third = total[face] - own[face] - theirs
    count = len(people) - photos[people[face]] - np.where(same, 0, photos[people[student]])
    values = scores[face, student] - third / count
    order = np.argsort(-values, kind="stable")
    genuine, impostor = order[same[order]], order[~same[order]]
    return PairScores(
        WeightedScores.descending(values[genuine], np.ones(len(genuine))),
        people[face[genuine]],
        WeightedScores.descending(values[impostor], np.ones(len(impostor))),
        np.stack([people[face[impostor]], people[student[impostor]]], axis=1),
        len(photos),
    )
