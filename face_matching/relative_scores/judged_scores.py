"""The scores of faces as a policy judges them, plain or relative, with the thresholds that apply to them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from face_matching.weighted_scores import Floats


@dataclass(frozen=True)
class ScoreThresholds:
    """The thresholds of one search.

    Attributes:
        passes: score from which a student is a candidate.
        proven: score from which a match needs no review.
    """

    passes: float
    proven: float


@dataclass(frozen=True, eq=False)
class JudgedScores:
    """What a policy judges of the similarities of faces to students.

    Attributes:
        similarities: ``(F, P)`` float64 cosine similarities, which teachers see.
        scores: ``(F, P)`` float64, which decide: the same, or class-relative ones.
        passes_at: the threshold of ``scores`` for a false match rate.
        proven_at: the threshold from which no review is needed, for the same rate; never lower.
        same_person_at: the threshold of ``scores`` in one-to-one comparison within a student's photos.
        margin: minimum difference between the scores of two students who pass.
        least_proven: no lower score is proven.
        cohort: number of people to whom ``scores`` are relative; 0 where they are the similarities.
    """

    similarities: Floats
    scores: Floats
    passes_at: Callable[[float], float]
    proven_at: Callable[[float], float]
    same_person_at: float
    margin: float
    least_proven: float = -math.inf
    cohort: int = 0

    def of_face(self, face: int) -> JudgedScores:
        """Those of one face, ``F`` = 1."""
        only = slice(face, face + 1)
        return replace(self, similarities=self.similarities[only], scores=self.scores[only])

    def thresholds(self, fmr: float, proof: float = 1.0) -> ScoreThresholds:
        """The thresholds for a false match rate of one comparison.

        Args:
            fmr: the rate.
            proof: how far from passing to proven a match must be, 0 to 1.
        """
        passes, proven = self.passes_at(fmr), self.proven_at(fmr)
        needed = proven if math.isinf(passes) else passes + proof * (proven - passes)
        return ScoreThresholds(passes, max(needed, self.least_proven))
