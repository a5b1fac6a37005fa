"""Decides by squared Euclidean distance, as FaceNet does, with thresholds converted exactly.

Between embeddings of unit length, ``distance ** 2 = 2 - 2 * cosine``. So both order all students alike, and
each threshold of one is a threshold of the other: decisions are equal. A student's fused template is shorter
than 1 (see ``template_fusion``); its distance is that of the template extended to unit length at right angles
to all embeddings, which the formula gives, too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.weighted_scores import Floats


def distances_of(similarities: Floats) -> Floats:
    """The Euclidean distances of embeddings with these cosine similarities, 0 to 2."""
    distances: Floats = np.sqrt(np.maximum(2.0 - 2.0 * np.asarray(similarities, np.float64), 0.0))
    return distances


def distance_threshold(similarity: float) -> float:
    """The Euclidean distance up to which two faces pass, for a threshold of cosine similarity."""
    return float(distances_of(np.array([similarity]))[0])


@dataclass(frozen=True)
class EuclideanPolicy(DecisionPolicy):
    """A policy whose scores are minus half the squared Euclidean distance: the cosine similarity less 1.

    Class-relative scores are differences of scores, so they are the same numbers for both.
    """

    @classmethod
    def of(cls, policy: DecisionPolicy) -> EuclideanPolicy:
        """The policy with the same thresholds, converted."""
        return cls(**{field.name: getattr(policy, field.name) for field in fields(DecisionPolicy)})

    def judge(
        self,
        gallery: Gallery,
        embeddings: NDArray[Any],
        *,
        factors: NDArray[Any] | None = None,
        engine: str | None = None,
    ) -> JudgedScores:
        """Compare faces with all students of a gallery; see ``DecisionPolicy.judge``."""
        judged = super().judge(gallery, embeddings, factors=factors, engine=engine)
        if judged.scores is not judged.similarities:  # class-relative
            return judged
        return by_distance(judged)


def by_distance(judged: JudgedScores) -> JudgedScores:
    """Plain scores by cosine similarity as scores by distance; similarities stay, as teachers see them.

    Args:
        judged: scores that are similarities.
    """
    return replace(
        judged,
        scores=-np.square(distances_of(judged.similarities)) / 2,
        passes_at=lambda fmr: _score_at(judged.passes_at(fmr)),
        proven_at=lambda fmr: _score_at(judged.proven_at(fmr)),
        same_person_at=_score_at(judged.same_person_at),
        least_proven=_score_at(judged.least_proven),
    )


def _score_at(similarity: float) -> float:
    """The score of a threshold; infinite ones stay, as nobody or everybody passes them."""
    return similarity if np.isinf(similarity) else -(distance_threshold(similarity) ** 2) / 2
