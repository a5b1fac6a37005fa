"""Intervals of proportions among people, counted by hand and in simulation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.measured import people_for_pairs, people_for_searches
from face_matching.evaluation.proportions import wilson

COVERAGE = 0.93
RUNS = 400


def pairs_of(people: int) -> NDArray[np.intp]:
    return np.stack(np.triu_indices(people, k=1), axis=1)


def test_one_trial_for_each_person_is_wilsons_interval_nearly() -> None:
    outcomes = np.arange(50) < 10
    found, plain = share_of_trials(outcomes, np.arange(50)), wilson(10, 50)
    assert found.value == 0.2
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.005)


def test_photos_of_the_same_people_are_no_further_evidence() -> None:
    outcomes, people = np.arange(50) < 10, np.arange(50)
    once = share_of_trials(outcomes, people)
    often = share_of_trials(np.tile(outcomes, 9), np.tile(people, 9))
    assert (often.low, often.high) == pytest.approx((once.low, once.high))


def test_no_error_of_a_hundred_people_proves_about_three_percent() -> None:
    found = share_of_trials(np.zeros(400, bool), np.arange(400) % 100)
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0.03 < found.high < 0.04


def test_no_error_among_pairs_counts_half_of_the_pairs() -> None:
    found = share_of_trials(np.zeros(190, bool), pairs_of(20))
    assert found.high == pytest.approx(wilson(0, 95).high)


def test_no_trials_are_refused() -> None:
    with pytest.raises(EvaluationError, match="no trials"):
        share_of_trials(np.zeros(0, bool), np.zeros(0, np.intp))


@pytest.mark.parametrize(("rate", "searches", "pairs"), [(0.1, 30, 9), (0.01, 300, 25), (1e-3, 3000, 78)])
def test_how_many_people_a_rate_needs(rate: float, searches: int, pairs: int) -> None:
    assert people_for_searches(rate) == searches
    assert people_for_pairs(rate) == pairs  # the fewest with 3 / rate pairs
    assert pairs * (pairs - 1) / 2 >= 3 / rate > (pairs - 1) * (pairs - 2) / 2


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.5])
def test_intervals_over_people_cover_the_true_rate(chance: float) -> None:
    rng = np.random.default_rng(7)
    concentration = 4  # people differ: some often fail, most rarely
    covered = 0
    for _ in range(RUNS):
        each = rng.beta(chance * concentration, (1 - chance) * concentration, 80)
        outcomes = rng.random((3, 80)) < each
        found = share_of_trials(outcomes.ravel(), np.tile(np.arange(80), 3))
        covered += found.low <= chance <= found.high
    assert covered / RUNS >= COVERAGE


@pytest.mark.parametrize("threshold", [2.2, 3.0])
def test_intervals_over_pairs_cover_the_true_rate(threshold: float) -> None:
    rng = np.random.default_rng(11)
    pairs = pairs_of(60)
    spread = 0.5  # of how much people resemble everybody
    many = rng.normal(size=(2, 2_000_000)) * spread
    truth = float((many.sum(axis=0) + rng.normal(size=2_000_000) >= threshold).mean())
    covered = 0
    for _ in range(RUNS):
        alike = rng.normal(size=60) * spread
        scores = alike[pairs].sum(axis=1) + rng.normal(size=len(pairs))
        found = share_of_trials(scores >= threshold, pairs)
        covered += found.low <= truth <= found.high
    assert covered / RUNS >= COVERAGE
