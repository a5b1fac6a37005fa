"""How often students and strangers of a class are marked, reviewed and refused, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.decision_outcomes import AS_ANOTHER, MARKED, NAMED, REVIEWED, UNKNOWN
from face_matching.evaluation.measured import Measured, NotMeasurable, people_for_searches
from face_matching.evaluation.rates.pair_rates import FEWEST_PEOPLE
from face_matching.evaluation.rates.real_classes import ClassSearches, Searches
from face_matching.weighted_scores import scores_of

FPIRS = (0.1, 0.03, 0.01, 0.003, 0.001)
"""The rates for which FNIR is measured, where there are enough people."""


@dataclass(frozen=True)
class FnirAtFpir:
    """FNIR at the threshold that so many strangers reach.

    Attributes:
        fpir: the rate of strangers.
        fnir: the rate of students who are not found there.
        shift: how far that threshold is above the one in use.
    """

    fpir: float
    fnir: Measured
    shift: float | None


@dataclass(frozen=True)
class ClassRates:
    """The error rates of classes of one size, at the setting in use and at others.

    Attributes:
        size: number of students.
        fpir: strangers for whom anybody passes, marked or reviewed.
        named: strangers who are marked without a person's look.
        stranger_reviewed: strangers who come to review.
        fnir: students who are not found, or not first.
        marked: students who are marked at once.
        reviewed: students who come to review.
        unknown: students who are told to try again.
        as_another: students who are marked as somebody else.
        curve: FNIR at other rates.
        students: people who were searched as students.
        strangers: people who were searched as strangers.
    """

    size: int
    fpir: Measured
    named: Measured
    stranger_reviewed: Measured
    fnir: Measured
    marked: Measured
    reviewed: Measured
    unknown: Measured
    as_another: Measured
    curve: tuple[FnirAtFpir, ...]
    students: int
    strangers: int


def class_rates(searches: ClassSearches) -> ClassRates:
    """Measure all rates of one class, or of classes of one size."""
    students, strangers = searches.students, searches.strangers
    return ClassRates(
        size=searches.size,
        fpir=fpir_above(strangers, 0.0),
        named=share_with(strangers, NAMED),
        stranger_reviewed=share_with(strangers, REVIEWED),
        fnir=fnir_above(students, 0.0),
        marked=share_with(students, MARKED),
        reviewed=share_with(students, REVIEWED),
        unknown=share_with(students, UNKNOWN),
        as_another=share_with(students, AS_ANOTHER),
        curve=tuple(_fnir_at(searches, rate) for rate in FPIRS),
        students=len(np.unique(students.people)),
        strangers=len(np.unique(strangers.people)),
    )


def fnir_above(students: Searches, shift: float) -> Measured:
    """FNIR with the threshold so far above the one in use."""
    people = len(np.unique(students.people))
    if people < FEWEST_PEOPLE:
        return NotMeasurable(people, FEWEST_PEOPLE)
    return share_of_trials(students.excess < shift, students.people)


def fpir_above(strangers: Searches, shift: float) -> Measured:
    """FPIR with the threshold so far above the one in use."""
    people = len(np.unique(strangers.people))
    if people < FEWEST_PEOPLE:
        return NotMeasurable(people, FEWEST_PEOPLE)
    return share_of_trials(strangers.excess >= shift, strangers.people)


def share_with(searches: Searches, outcome: str) -> Measured:
    """The share of searches that ended like this, one of ``decision_outcomes``."""
    people = len(np.unique(searches.people))
    if people < FEWEST_PEOPLE:
        return NotMeasurable(people, FEWEST_PEOPLE)
    return share_of_trials(searches.outcomes == outcome, searches.people)


def _fnir_at(searches: ClassSearches, rate: float) -> FnirAtFpir:
    people, needed = len(np.unique(searches.strangers.people)), people_for_searches(rate)
    if people < needed:
        return FnirAtFpir(rate, NotMeasurable(people, needed), None)
    shift = scores_of(searches.strangers.excess).threshold_at(rate)
    return FnirAtFpir(rate, fnir_above(searches.students, shift), shift)
