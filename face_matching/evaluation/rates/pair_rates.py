"""All error rates of one-to-one comparisons of a set of people, each with an interval or a refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import Estimate, draw_people, interval_of, replicate
from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.error_rates import PairScores, equal_error, tar_at_far
from face_matching.evaluation.measured import Measured, NotMeasurable, people_for_pairs
from face_matching.evaluation.separation import d_prime
from face_matching.weighted_scores import Floats

FARS = (1e-2, 1e-3, 1e-4)
FEWEST_PEOPLE = 10
"""People from which resampling them says anything about others."""

DRAWS = 500
"""Bootstrap samples: a dozen lie beyond each end of the interval."""

PAIRS_DRAWN = 3e8
"""Pairs that all bootstrap samples together hold at most: half a minute."""

FEWEST_DRAWS = 100


@dataclass(frozen=True)
class PairRates:
    """Error rates of one-to-one comparisons.

    Attributes:
        threshold: the threshold of ``fmr`` and ``fnmr``.
        tar: TAR at each of ``FARS``.
        people: number of people.
        people_with_pairs: those with two photos or more.
        genuine: number of pairs of photos of one person.
        impostor: number of pairs of photos of two people.
    """

    threshold: float
    fmr: Measured
    fnmr: Measured
    eer: Measured
    tar: tuple[Measured, ...]
    d_prime: Measured
    people: int
    people_with_pairs: int
    genuine: int
    impostor: int


def pair_rates(pairs: PairScores, threshold: float, draws: int = DRAWS) -> PairRates:
    """Measure all rates.

    FMR and FNMR have Wilson intervals (see ``share_of_trials``), the others bootstrap intervals over people
    that are at least as wide.

    Args:
        pairs: the scores.
        threshold: of FMR and FNMR.
        draws: number of bootstrap samples, at most.
    """
    several = len(np.unique(pairs.genuine_people))
    fmr = share_of_trials(pairs.impostor.values >= threshold, pairs.impostor_people)
    fnmr = share_of_trials(pairs.genuine.values < threshold, pairs.genuine_people)
    eer, distance, *tar = _resampled(pairs, several, draws)
    return PairRates(
        threshold=threshold,
        fmr=fmr if pairs.people >= FEWEST_PEOPLE else NotMeasurable(pairs.people, FEWEST_PEOPLE),
        fnmr=fnmr if several >= FEWEST_PEOPLE else NotMeasurable(several, FEWEST_PEOPLE),
        eer=eer,
        tar=tuple(tar),
        d_prime=distance,
        people=pairs.people,
        people_with_pairs=several,
        genuine=len(pairs.genuine.values),
        impostor=len(pairs.impostor.values),
    )


def _resampled(pairs: PairScores, several: int, draws: int) -> list[Measured]:
    """EER, d-prime and TAR at ``FARS``."""
    number = len(FARS) + 2
    if several < FEWEST_PEOPLE:
        return [NotMeasurable(several, FEWEST_PEOPLE)] * number
    size = len(pairs.genuine.values) + len(pairs.impostor.values)
    counts = draw_people(pairs.people, int(min(draws, max(FEWEST_DRAWS, PAIRS_DRAWN / size))))
    try:
        values = _statistics(pairs)
        drawn = replicate(lambda count: _statistics(pairs.reweighted(count)), counts)
    except EvaluationError:
        return [NotMeasurable(several)] * number
    found = interval_of(values, drawn)
    eer, distance, *tar = found
    at_eer = equal_error(pairs.genuine, pairs.impostor).threshold
    known = np.isfinite([distance.value, distance.low, distance.high]).all()
    rates: list[Measured] = [
        _hull(eer, _errors(pairs, at_eer)),
        distance if known else NotMeasurable(several),
    ]
    for far, rate in zip(FARS, tar, strict=True):
        needed = people_for_pairs(far)
        if pairs.people < needed:
            rates.append(NotMeasurable(pairs.people, needed))
        else:
            errors = _errors(pairs, pairs.impostor.threshold_at(far))
            rates.append(_hull(rate, Estimate(1 - errors.value, 1 - errors.high, 1 - errors.low)))
    return rates


def _statistics(pairs: PairScores) -> Floats:
    return np.array(
        [
            equal_error(pairs.genuine, pairs.impostor).rate,
            _d_prime(pairs),
            *(tar_at_far(pairs.genuine, pairs.impostor, far) for far in FARS),
        ]
    )


def _d_prime(pairs: PairScores) -> float:
    try:
        return d_prime(pairs.genuine, pairs.impostor)
    except EvaluationError:  # all scores are equal
        return math.nan


def _errors(pairs: PairScores, threshold: float) -> Estimate:
    return share_of_trials(pairs.genuine.values < threshold, pairs.genuine_people)


def _hull(rate: Estimate, at_threshold: Estimate) -> Estimate:
    """The bootstrap interval, at least as wide as the one for a fixed threshold.

    Where hardly anybody fails, samples of the same people hardly differ, and the bootstrap claims certainty.
    """
    return Estimate(rate.value, min(rate.low, at_threshold.low), max(rate.high, at_threshold.high))
