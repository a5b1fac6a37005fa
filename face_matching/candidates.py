"""The students whom a face may show, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from face_matching.similarity import Embeddings


@dataclass(frozen=True)
class Candidate:
    """A student whom a face may show.

    Attributes:
        student_id: the id of the student.
        score: the cosine similarity.
    """

    student_id: str
    score: float


def ranked(student_ids: Sequence[str], scores: Embeddings, top: int) -> tuple[Candidate, ...]:
    """The students with the highest scores, best first; ties in the order of ids.

    Args:
        student_ids: in the order of their ids.
        scores: ``(P,)`` float32, the score of each.
        top: how many at most.
    """
    if top < 1:
        return ()
    if top < len(scores):
        # All ties with the last place are included, so that only ids decide between them.
        last = np.partition(scores, len(scores) - top)[len(scores) - top]
        chosen = np.flatnonzero(scores >= last)
    else:
        chosen = np.arange(len(scores))
    best = chosen[np.argsort(-scores[chosen], kind="stable")][:top]
    return tuple(Candidate(student_ids[i], float(scores[i])) for i in best)
