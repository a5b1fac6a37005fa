"""From labelled embeddings to the constants of a decision policy."""

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
from face_matching.weighted_scores import Scores, Values

FMRS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7)
"""The rates of a table: 1e-7 is what 100,000 people searched at an FPIR of 1 % need."""

COUNTABLE = 30
"""A rate is counted where at least so many pairs pass (Doddington's rule of 30: then the true rate is
within 30 % at 90 % confidence, were the pairs independent); below, the tail says."""

SAME_PERSON_FNMR = 0.01
SAME_PERSON_FMR = 0.01
"""Share of honest pairs of photos in a folder that may be told to disagree, unless more than this share of
pairs of different people would agree then (a detector that takes a curtain for a face makes honest pairs
that look like nothing at all)."""

INDISTINGUISHABLE = 0.95
"""Share of twins that no camera could tell apart which the margin must send to a person."""


@dataclass(frozen=True)
class Calibration:
    """What the data of one engine and detector say; see ``DecisionPolicy``."""

    search: ThresholdCurve
    proven: ThresholdCurve
    margin: float
    same_person_at: float
    relative: RelativeCurves
    people: int
    photos: int
    impostor_pairs: int


def half_of(identity: str) -> int:
    """Half 0 (thresholds are set on it) or 1 (they are reported on it), by a hash of the name.

    It depends on the name alone, so that a person stays in their half whatever is added.
    """
    return hashlib.sha256(identity.encode()).digest()[0] & 1


def calibrate(embeddings: NDArray[Any], identities: Sequence[str], draws: int = DRAWS) -> Calibration:
    """Set all thresholds.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        identities: who is on each of the ``N`` photos.
        draws: how often people are drawn anew for the proven thresholds.

    Raises:
        EvaluationError: too few people for a tail to be fitted.
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


def threshold_table(impostor: Scores) -> Values:
    """The threshold for each of ``FMRS``: counted where that can be done, by the tail below.

    Returns:
        ``(len(FMRS),)`` float64, never falling.
    """
    tail = fit_tail(impostor)
    counted = [rate * impostor.total >= COUNTABLE for rate in FMRS]
    thresholds = [
        impostor.threshold_at(rate) if count else tail.threshold_at(rate)
        for rate, count in zip(FMRS, counted, strict=True)
    ]
    return np.maximum.accumulate(np.array(thresholds))


def _upper_bound(pairs: PairScores, draws: int) -> Values:
    """The one-sided 95 % bound of each threshold, over people drawn anew; same shape as the table."""
    drawn = replicate(
        lambda counts: threshold_table(pairs.reweighted(counts).impostor), draw_people(pairs.people, draws)
    )
    return np.maximum.accumulate(np.quantile(drawn, CONFIDENCE, axis=0))


def twin_margin(embeddings: NDArray[Any], identities: Sequence[str]) -> float:
    """How far apart the scores of two people are who look exactly alike.

    Their photos are as good as photos of one person, so the data has them: one photo compared with two
    others of the same person gives two scores, and their difference is what chance alone does.
    """
    people = numbered(identities)
    scores = cosine_similarity(embeddings, embeddings).astype(np.float64)
    differences: list[Values] = []
    for probe, person in enumerate(people):
        own = scores[probe, (people == person) & (np.arange(len(people)) != probe)]
        first, second = np.triu_indices(len(own), k=1)
        differences.append(np.abs(own[first] - own[second]))
    return float(np.quantile(np.concatenate(differences), INDISTINGUISHABLE))
