"""All error rates of one-to-one comparisons of a set of people, each with an interval or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import DRAWS, Estimate, draw_people, interval_of, replicate
from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.error_rates import PairScores, equal_error, tar_at_far
from face_matching.evaluation.measured import Measured, NotMeasurable, people_for_pairs
from face_matching.evaluation.proportions import wilson
from face_matching.evaluation.separation import d_prime
from face_matching.weighted_scores import Floats

FARS = (1e-2, 1e-3, 1e-4)
FEWEST_PEOPLE = 10
"""People from which resampling them says anything about others."""

PAIRS_DRAWN = 3e8
"""Pairs that all bootstrap samples together hold at most: half a minute."""

FEWEST_DRAWS = 200


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

    FMR and FNMR have Wilson intervals (see ``share_of_trials``), the others bootstrap intervals over people.

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
    rates: list[Measured] = [_no_certainty(eer, several), distance]
    for far, rate in zip(FARS, tar, strict=True):
        needed = people_for_pairs(far)
        enough = pairs.people >= needed
        rates.append(_no_certainty(rate, several) if enough else NotMeasurable(pairs.people, needed))
    return rates


def _statistics(pairs: PairScores) -> Floats:
    return np.array(
        [
            equal_error(pairs.genuine, pairs.impostor).rate,
            d_prime(pairs.genuine, pairs.impostor),
            *(tar_at_far(pairs.genuine, pairs.impostor, far) for far in FARS),
        ]
    )


def _no_certainty(rate: Estimate, people: int) -> Estimate:
    """Where nobody or everybody failed, resampling claims certainty; each person counts as one trial then."""
    return wilson(rate.value * people, people) if rate.value in (0.0, 1.0) else rate
