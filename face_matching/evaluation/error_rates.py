"""Error rates of one-to-one comparison: FMR, FNMR, EER, TAR at FAR and the points of a DET curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.similarity import cosine_similarity
from face_matching.weighted_scores import Scores, Values

# Halving the range of a cosine this often ends below the distance of two neighbouring floats.
BISECTIONS = 60


@dataclass(frozen=True, eq=False)
class PairScores:
    """The scores of all pairs of photos, and whose photos they are.

    Attributes:
        genuine: of pairs of one person.
        genuine_people: ``(g,)`` int, the person, in the order of ``genuine.values``.
        impostor: of pairs of two people.
        impostor_people: ``(i, 2)`` int, the two, in the order of ``impostor.values``.
        people: how many people the numbers go up to.
    """

    genuine: Scores
    genuine_people: NDArray[np.intp]
    impostor: Scores
    impostor_people: NDArray[np.intp]
    people: int

    def reweighted(self, counts: Values) -> PairScores:
        """The same pairs with each person drawn ``counts[person]`` times.

        A pair of two people counts as often as both were drawn together; what a person drawn twice makes
        with themself is no pair of strangers and does not count.
        """
        return PairScores(
            Scores.descending(self.genuine.values, counts[self.genuine_people]),
            self.genuine_people,
            Scores.descending(self.impostor.values, counts[self.impostor_people].prod(axis=1)),
            self.impostor_people,
            self.people,
        )


@dataclass(frozen=True)
class EqualError:
    """The threshold at which FMR and FNMR come closest, and their mean there."""

    rate: float
    threshold: float


@dataclass(frozen=True)
class DetPoint:
    """One point of a detection error trade-off."""

    threshold: float
    fmr: float
    fnmr: float


def numbered(identities: Sequence[str]) -> NDArray[np.intp]:
    """Names as numbers from 0, in the order of the names."""
    _, numbers = np.unique(np.asarray(identities, dtype=str), return_inverse=True)
    return numbers.astype(np.intp)


def pair_scores(embeddings: NDArray[Any], identities: Sequence[str]) -> PairScores:
    """Compare every photo with every other one once.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        identities: who is on each of the ``N`` photos.

    Raises:
        EvaluationError: no two photos of one person, or only one person.
    """
    people = numbered(identities)
    if len(people) != len(embeddings):
        raise EvaluationError(f"{len(people)} identities for {len(embeddings)} embeddings; must be as many")
    first, second = np.triu_indices(len(people), k=1)
    scores = cosine_similarity(embeddings, embeddings)[first, second].astype(np.float64)
    same = people[first] == people[second]
    if not same.any() or same.all():
        raise EvaluationError(
            f"{len(people)} photos of {len(set(identities))} people: needs at least two people, and two "
            "photos of one of them"
        )
    order = np.argsort(-scores, kind="stable")
    genuine, impostor = order[same[order]], order[~same[order]]
    return PairScores(
        Scores.descending(scores[genuine], np.ones(len(genuine))),
        people[first[genuine]],
        Scores.descending(scores[impostor], np.ones(len(impostor))),
        np.stack([people[first[impostor]], people[second[impostor]]], axis=1),
        int(people.max()) + 1,
    )


def false_match_rate(impostor: Scores, threshold: float) -> float:
    """FMR: the share of pairs of two people that pass."""
    return float(impostor.share_at_or_above(threshold))


def false_non_match_rate(genuine: Scores, threshold: float) -> float:
    """FNMR: the share of pairs of one person that do not pass."""
    return 1.0 - float(genuine.share_at_or_above(threshold))


def tar_at_far(genuine: Scores, impostor: Scores, far: float) -> float:
    """TAR (1 - FNMR) at the lowest threshold whose FMR is at most ``far``."""
    return float(genuine.share_at_or_above(impostor.threshold_at(far)))


def equal_error(genuine: Scores, impostor: Scores) -> EqualError:
    """EER, by bisection: FNMR - FMR never falls as the threshold rises."""
    low = min(genuine.values[-1], impostor.values[-1])
    high = float(np.nextafter(max(genuine.values[0], impostor.values[0]), np.inf))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if false_non_match_rate(genuine, middle) < false_match_rate(impostor, middle):
            low = middle
        else:
            high = middle
    return min((_error_at(genuine, impostor, t) for t in (low, high)), key=lambda pair: pair[0])[1]


def _error_at(genuine: Scores, impostor: Scores, threshold: float) -> tuple[float, EqualError]:
    """How far FMR and FNMR are apart at a threshold, and their mean."""
    fmr, fnmr = false_match_rate(impostor, threshold), false_non_match_rate(genuine, threshold)
    return abs(fmr - fnmr), EqualError((fmr + fnmr) / 2, float(threshold))


def det_points(genuine: Scores, impostor: Scores, fmrs: Sequence[float]) -> tuple[DetPoint, ...]:
    """The trade-off at given false match rates, each with the FMR that the data really give there."""
    thresholds = [impostor.threshold_at(fmr) for fmr in fmrs]
    return tuple(
        DetPoint(t, false_match_rate(impostor, t), false_non_match_rate(genuine, t)) for t in thresholds
    )
