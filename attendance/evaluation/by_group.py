"""The rates of groups of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attendance.evaluation.class_table import SearchedClasses
from attendance.evaluation.results import GroupRates
from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.decision_outcomes import MARKED, NAMED
from face_matching.evaluation.error_rates import PairScores
from face_matching.evaluation.measured import Measured, NotMeasurable
from face_matching.evaluation.rates.class_rates import fnir_above, fpir_above, share_with
from face_matching.evaluation.rates.pair_rates import FEWEST_PEOPLE


@dataclass(frozen=True, eq=False)
class ComparedPairs:
    """Scores of pairs, and the people who were compared.

    Attributes:
        scores: None where nobody has two photos.
        people: the keys of the people of the scores, in the order of their numbers.
        threshold: of FMR and FNMR.
    """

    scores: PairScores | None
    people: Sequence[str]
    threshold: float


def rates_by_group(
    groups: Mapping[str, str], people: Sequence[str], pairs: ComparedPairs, searched: SearchedClasses
) -> tuple[GroupRates, ...]:
    """The rates of each group that has anybody with a face, in alphabetical order.

    Args:
        groups: the group of each person, by key.
        people: the keys of the people of the searches, in the order of their numbers.
        pairs: the scores of pairs.
        searched: the searches of classes.
    """
    found = []
    for value in sorted(set(groups.values())):
        numbers = _members(groups, people, value)
        if not len(numbers):
            continue
        fmr, fnmr = _pair_rates(pairs, _members(groups, pairs.people, value))
        students, strangers = searched.students.by(numbers), searched.strangers.by(numbers)
        found.append(
            GroupRates(
                value=value,
                people=len(numbers),
                fmr=fmr,
                fnmr=fnmr,
                named=share_with(strangers, NAMED),
                fpir=fpir_above(strangers, 0.0),
                marked=share_with(students, MARKED),
                fnir=fnir_above(students, 0.0),
            )
        )
    return tuple(found)


def _members(groups: Mapping[str, str], people: Sequence[str], value: str) -> NDArray[np.intp]:
    return np.array([number for number, key in enumerate(people) if groups.get(key) == value], np.intp)


def _pair_rates(pairs: ComparedPairs, people: NDArray[np.intp]) -> tuple[Measured, Measured]:
    """FMR and FNMR of the pairs within a group."""
    scores = pairs.scores
    if scores is None or len(people) < FEWEST_PEOPLE:
        few = NotMeasurable(len(people), FEWEST_PEOPLE)
        return few, few
    inside = np.isin(scores.impostor_people, people).all(axis=1)
    own = np.isin(scores.genuine_people, people)
    fmr = share_of_trials(scores.impostor.values[inside] >= pairs.threshold, scores.impostor_people[inside])
    several = len(np.unique(scores.genuine_people[own]))
    if several < FEWEST_PEOPLE:
        return fmr, NotMeasurable(several, FEWEST_PEOPLE)
    return fmr, share_of_trials(scores.genuine.values[own] < pairs.threshold, scores.genuine_people[own])
