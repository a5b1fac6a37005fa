"""How much more a face resembles a student than it resembles everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.evaluation import PairScores, numbered
from face_matching.scores import Scores, Values
from face_matching.similarity import cosine_similarity

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


def relative_pairs(embeddings: NDArray[Any], identities: Sequence[str]) -> PairScores:
    """The same for every two photos, one of them taken for the face and the other for the student, by turns.

    The mean is over the photos of all third people.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        identities: who is on each of the ``N`` photos: three people or more.
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
        Scores.descending(values[genuine], np.ones(len(genuine))),
        people[face[genuine]],
        Scores.descending(values[impostor], np.ones(len(impostor))),
        np.stack([people[face[impostor]], people[student[impostor]]], axis=1),
        len(photos),
    )
