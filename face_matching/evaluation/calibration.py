"""Calibrates the thresholds of a decision policy on labelled embeddings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import RelativeCurves
from face_matching.evaluation.bootstrap import CONFIDENCE, DRAWS, draw_people, replicate
from face_matching.evaluation.error_rates import PairScores, numbered, pair_scores
from face_matching.evaluation.impostor_tail import fit_tail
from face_matching.evaluation.relative_pairs import relative_pairs
from face_matching.similarity import cosine_similarity
from face_matching.threshold_curve import ThresholdCurve
from face_matching.weighted_scores import Floats, WeightedScores

FMRS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7)
"""The rates of a table; a search of 100,000 people at an FPIR of 1 % needs 1e-7."""

COUNTABLE = 30
"""Minimum number of matching pairs for counting a rate (Doddington's rule of 30: the true rate is then within
30 % at 90 % confidence, if the pairs are independent); below, the fitted tail is used."""

SAME_PERSON_FNMR = 0.01
SAME_PERSON_FMR = 0.01
"""Accepted false non-match rate within a student's photos, unless the false match rate would exceed its limit
(a detector that mistakes a curtain for a face creates genuine pairs with arbitrary scores)."""

INDISTINGUISHABLE = 0.95
"""Fraction of indistinguishable twins that the margin must send to review."""


@dataclass(frozen=True)
class Calibration:
    """The calibrated values of one engine and detector; see ``DecisionPolicy``."""

    search: ThresholdCurve
    proven: ThresholdCurve
    margin: float
    same_person_at: float
    relative: RelativeCurves
    people: int
    photos: int
    impostor_pairs: int


def half_of(identity: str) -> int:
    """Half 0 (for calibration) or 1 (for evaluation), by a hash of the name.

    It depends only on the name, so that people stay in their half if others are added.
    """
    return hashlib.sha256(identity.encode()).digest()[0] & 1


def calibrate(embeddings: NDArray[Any], identities: Sequence[str], draws: int = DRAWS) -> Calibration:
    """Calibrate all thresholds.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        draws: number of bootstrap samples for the proven thresholds.

    Raises:
        EvaluationError: there are too few people to fit a tail.
    """
    pairs = pair_scores(embeddings, identities)
    search = threshold_table(pairs.impostor)
    proven = np.maximum(search, _upper_bound(pairs, draws))
    relative = relative_pairs(embeddings, identities)
    lenient = float(np.quantile(pairs.genuine.values, SAME_PERSON_FNMR))
    return Calibration(
        search=ThresholdCurve(FMRS, tuple(search.tolist())),
        proven=ThresholdCurve(FMRS, tuple(proven.tolist())),
        margin=twin_margin(embeddings, identities),
        same_person_at=max(lenient, pairs.impostor.threshold_at(SAME_PERSON_FMR)),
        relative=_relative_curves(relative, draws),
        people=pairs.people,
        photos=len(identities),
        impostor_pairs=len(pairs.impostor.values),
    )


def _relative_curves(pairs: PairScores, draws: int) -> RelativeCurves:
    search = threshold_table(pairs.impostor)
    proven = np.maximum(search, _upper_bound(pairs, draws))
    return RelativeCurves(
        ThresholdCurve(FMRS, tuple(search.tolist())), ThresholdCurve(FMRS, tuple(proven.tolist()))
    )


def threshold_table(impostor: WeightedScores) -> Floats:
    """The threshold for each of ``FMRS``: counted if possible, or else from the fitted tail.

    Returns:
        ``(len(FMRS),)`` float64, non-decreasing.
    """
    tail = fit_tail(impostor)
    counted = [rate * impostor.total >= COUNTABLE for rate in FMRS]
    thresholds = [
        impostor.threshold_at(rate) if count else tail.threshold_at(rate)
        for rate, count in zip(FMRS, counted, strict=True)
    ]
    return np.maximum.accumulate(np.array(thresholds))


def _upper_bound(pairs: PairScores, draws: int) -> Floats:
    """The one-sided 95 % bootstrap bound of each threshold; ``(len(FMRS),)`` float64."""
    drawn = replicate(
        lambda counts: threshold_table(pairs.reweighted(counts).impostor), draw_people(pairs.people, draws)
    )
    return np.maximum.accumulate(np.quantile(drawn, CONFIDENCE, axis=0))


def twin_margin(embeddings: NDArray[Any], identities: Sequence[str]) -> float:
    """The 95th percentile of the difference between the scores of indistinguishable twins.

    Photos of such twins are equivalent to photos of one person: a photo compared with two others of the same
    person gives two scores, which differ only randomly.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
    """
    people = numbered(identities)
    scores = cosine_similarity(embeddings, embeddings).astype(np.float64)
    differences: list[Floats] = []
    for probe, person in enumerate(people):
        own = scores[probe, (people == person) & (np.arange(len(people)) != probe)]
        first, second = np.triu_indices(len(own), k=1)
        differences.append(np.abs(own[first] - own[second]))
    return float(np.quantile(np.concatenate(differences), INDISTINGUISHABLE))
