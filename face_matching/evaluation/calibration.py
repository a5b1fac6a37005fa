"""Calibrates the thresholds of a decision policy on labelled embeddings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.evaluation.class_searches import EnrolledPeople, photo_pairs, stranger_scores
from face_matching.evaluation.error_rates import numbered, pair_scores
from face_matching.evaluation.impostor_tail import TAIL_FRACTION, fit_tail
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.similarity import cosine_similarity
from face_matching.threshold_curve import ThresholdCurve
from face_matching.weighted_scores import Floats, WeightedScores, scores_of

FMRS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 3e-8)
"""The rates of a table; a search of 100,000 people at an FPIR of 1 % needs 1e-7, and
3e-8 for what is proven."""

FPIRS = (0.9, 0.5, 0.2, 0.1, 0.05, 0.03, 0.01, 5e-3, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)
"""The rates of a table of class-relative scores, of searches of a whole class."""

SIZES = (10, 20, 30, 60, 100, 200, 300, 600, 1000, 2000)
"""The sizes of class of such a table."""

COUNTABLE = 10
"""Minimum number of pairs or searches that pass for counting a rate; below, the fitted tail is used. With
10, the true rate is within a factor of 1.6 at 90 % confidence, if they are independent."""

TAIL_SCORES = 2000
"""Number of scores to which a tail is fitted at most: where there are millions, only the highest say how it
goes on."""

LEAST_CLASSES = 12
"""Number of classes of each size, at least; of small ones so many that everybody is twice in one."""

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
    margin: float
    same_person_at: float
    people: int
    photos: int
    impostor_pairs: int


def half_of(identity: str) -> int:
    """Half 0 (for calibration) or 1 (for evaluation), by a hash of the name.

    It depends only on the name, so that people stay in their half if others are added.
    """
    return hashlib.sha256(identity.encode()).digest()[0] & 1


def calibrate(embeddings: NDArray[Any], identities: Sequence[str]) -> Calibration:
    """Calibrate the thresholds of cosine similarities.

    Each pair of people counts once, however many photos there are of them.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.

    Raises:
        EvaluationError: there are too few people to fit a tail.
    """
    pairs = pair_scores(embeddings, identities)
    impostor = pairs.reweighted(1.0 / np.bincount(numbered(identities))).impostor
    search = threshold_table(impostor, FMRS)
    lenient = float(np.quantile(pairs.genuine.values, SAME_PERSON_FNMR))
    return Calibration(
        search=ThresholdCurve(FMRS, tuple(search.tolist())),
        margin=twin_margin(embeddings, identities),
        same_person_at=max(lenient, impostor.threshold_at(SAME_PERSON_FMR)),
        people=pairs.people,
        photos=len(identities),
        impostor_pairs=len(pairs.impostor.values),
    )


def calibrate_relative(
    embeddings: NDArray[Any], identities: Sequence[str], sizes: Sequence[int] = SIZES
) -> RelativeCurves:
    """Count the thresholds of class-relative scores, in classes drawn at random.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        sizes: the sizes of class.

    Raises:
        EvaluationError: there are too few people for the largest class.
    """
    people = EnrolledPeople.of(embeddings, identities)
    rows, same = [], []
    for size in sizes:
        draws = max(LEAST_CLASSES, 2 * len(people.names) // size)
        rows.append(threshold_table(scores_of(stranger_scores(people, size, draws)), FPIRS))
        genuine, impostor = photo_pairs(people, size, LEAST_CLASSES)
        lenient = float(np.quantile(genuine, SAME_PERSON_FNMR))
        same.append(max(lenient, scores_of(impostor).threshold_at(SAME_PERSON_FMR)))
    return RelativeCurves(
        sizes=tuple(sizes),
        fpirs=FPIRS,
        thresholds=tuple(tuple(row.tolist()) for row in rows),
        same_person=tuple(same),
        margin=twin_margin(embeddings, identities),
    )


def threshold_table(impostor: WeightedScores, rates: Sequence[float]) -> Floats:
    """The threshold for each rate: counted if possible, or else from the fitted tail.

    Returns:
        ``(len(rates),)`` float64, non-decreasing.
    """
    tail = fit_tail(impostor, min(TAIL_FRACTION, TAIL_SCORES / len(impostor.values)))
    counted = [rate * impostor.total >= COUNTABLE for rate in rates]
    thresholds = [
        impostor.threshold_at(rate) if count else tail.threshold_at(rate)
        for rate, count in zip(rates, counted, strict=True)
    ]
    return np.maximum.accumulate(np.array(thresholds))


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
