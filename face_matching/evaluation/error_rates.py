"""Error rates of one-to-one comparisons: FMR, FNMR, EER, TAR at FAR, and DET points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.similarity import cosine_similarity
from face_matching.weighted_scores import Floats, WeightedScores

# This many bisections of the range of a cosine reach the resolution of single precision, which scores have.
BISECTIONS = 30


@dataclass(frozen=True, eq=False)
class PairScores:
    """The scores of all pairs of photos, with the people they show.

    Attributes:
        genuine: scores of pairs of one person.
        genuine_people: ``(g,)`` intp, the person, in the order of ``genuine.values``.
        impostor: scores of pairs of two people.
        impostor_people: ``(i, 2)`` intp, the two people, in the order of ``impostor.values``.
        people: number of people.
    """

    genuine: WeightedScores
    genuine_people: NDArray[np.intp]
    impostor: WeightedScores
    impostor_people: NDArray[np.intp]
    people: int

    def reweighted(self, counts: Floats) -> PairScores:
        """The same pairs with each person drawn ``counts[person]`` times.

        An impostor pair counts as often as the product of both people's counts. A person drawn twice is not
        paired with themself.

        Args:
            counts: ``(people,)`` float64.
        """
        return PairScores(
            WeightedScores.descending(self.genuine.values, counts[self.genuine_people]),
            self.genuine_people,
            WeightedScores.descending(self.impostor.values, counts[self.impostor_people].prod(axis=1)),
            self.impostor_people,
            self.people,
        )


@dataclass(frozen=True)
class EqualError:
    """The equal error rate (the mean of FMR and FNMR where they are closest), and its threshold."""

    rate: float
    threshold: float


@dataclass(frozen=True)
class DetPoint:
    """One point of a detection error trade-off (DET) curve."""

    threshold: float
    fmr: float
    fnmr: float


def numbered(identities: Sequence[str]) -> NDArray[np.intp]:
    """Names as numbers from 0, in alphabetical order: ``(N,)`` intp."""
    _, numbers = np.unique(np.asarray(identities, dtype=str), return_inverse=True)
    return numbers.astype(np.intp)


def pair_scores(embeddings: NDArray[Any], identities: Sequence[str]) -> PairScores:
    """Compare each pair of photos once.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.

    Raises:
        EvaluationError: there are no two photos of one person, or there is only one person.
    """
    people = numbered(identities)
    if len(people) != len(embeddings):
        raise EvaluationError(
            f"{len(people)} identities for {len(embeddings)} embeddings; their numbers must be equal"
        )
    first, second = np.triu_indices(len(people), k=1)
    scores = cosine_similarity(embeddings, embeddings)[first, second].astype(np.float64)
    same = people[first] == people[second]
    if not same.any() or same.all():
        raise EvaluationError(
            f"{len(people)} photos of {len(set(identities))} people: needs at least two people, one of "
            "them with two photos"
        )
    order = np.argsort(-scores, kind="stable")
    genuine, impostor = order[same[order]], order[~same[order]]
    return PairScores(
        WeightedScores.descending(scores[genuine], np.ones(len(genuine))),
        people[first[genuine]],
        WeightedScores.descending(scores[impostor], np.ones(len(impostor))),
        np.stack([people[first[impostor]], people[second[impostor]]], axis=1),
        int(people.max()) + 1,
    )


def false_match_rate(impostor: WeightedScores, threshold: float) -> float:
    """FMR: the fraction of impostor pairs that match."""
    return float(impostor.fraction_at_or_above(threshold))


def false_non_match_rate(genuine: WeightedScores, threshold: float) -> float:
    """FNMR: the fraction of genuine pairs that don't match."""
    return 1.0 - float(genuine.fraction_at_or_above(threshold))


def tar_at_far(genuine: WeightedScores, impostor: WeightedScores, far: float) -> float:
    """TAR (1 - FNMR) at the lowest threshold whose FMR is at most ``far``."""
    return float(genuine.fraction_at_or_above(impostor.threshold_at(far)))


def equal_error(genuine: WeightedScores, impostor: WeightedScores) -> EqualError:
    """EER by bisection, since FNMR - FMR is non-decreasing in the threshold."""
    low = min(genuine.values[-1], impostor.values[-1])
    high = float(np.nextafter(max(genuine.values[0], impostor.values[0]), np.inf))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if false_non_match_rate(genuine, middle) < false_match_rate(impostor, middle):
            low = middle
        else:
            high = middle
    return min((_error_at(genuine, impostor, t) for t in (low, high)), key=lambda pair: pair[0])[1]


def _error_at(
    genuine: WeightedScores, impostor: WeightedScores, threshold: float
) -> tuple[float, EqualError]:
    """The difference between FMR and FNMR at a threshold, and their mean."""
    fmr, fnmr = false_match_rate(impostor, threshold), false_non_match_rate(genuine, threshold)
    return abs(fmr - fnmr), EqualError((fmr + fnmr) / 2, float(threshold))


def det_points(
    genuine: WeightedScores, impostor: WeightedScores, fmrs: Sequence[float]
) -> tuple[DetPoint, ...]:
    """DET points at given false match rates, each with the FMR measured at its threshold."""
    thresholds = [impostor.threshold_at(fmr) for fmr in fmrs]
    return tuple(
        DetPoint(t, false_match_rate(impostor, t), false_non_match_rate(genuine, t)) for t in thresholds
    )
