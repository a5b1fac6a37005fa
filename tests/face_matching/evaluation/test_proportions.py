"""Intervals of proportions, counted by hand and in simulation."""

from __future__ import annotations

import numpy as np
import pytest

from face_matching.errors import EvaluationError
from face_matching.evaluation.proportions import share_over_people, wilson


@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 100, 0.0018, 0.0545)],
)
def test_wilson_s_interval_is_the_textbook_s(events: int, trials: int, low: float, high: float) -> None:
    found = wilson(events, trials)
    assert found.value == events / trials
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_wilson_s_interval_covers_the_truth() -> None:
    counts = np.random.default_rng(1).binomial(60, 0.03, 2000)
    covered = [found.low <= 0.03 <= found.high for found in (wilson(n, 60) for n in counts.tolist())]
    assert np.mean(covered) >= 0.93


def test_trials_of_one_person_are_not_independent() -> None:
    """Ten people of a hundred trials each, of whom one always has the outcome."""
    trials = np.full(10, 100.0)
    events = np.zeros(10)
    events[3] = 100
    found = share_over_people(events, trials)
    assert found.value == 0.1
    assert found.low == 0.0
    assert found.high > 0.25  # by the thousand trials alone it would be 0.12


def test_where_nothing_happened_each_person_counts_once() -> None:
    found = share_over_people(np.zeros(10), np.array([50.0] * 9 + [0.0]))
    assert (found.value, found.high) == pytest.approx((0.0, wilson(0, 9).high))


def test_without_trials_nothing_is_measurable() -> None:
    with pytest.raises(EvaluationError, match="no trials"):
        wilson(0, 0)
    with pytest.raises(EvaluationError, match="no trials"):
        share_over_people(np.zeros(3), np.zeros(3))


@pytest.mark.parametrize("trials", [1, 3, 40, 60, 1000])
def test_nothing_and_everything_end_exactly_at_their_bounds(trials: int) -> None:
    assert wilson(0, trials).low == 0.0
    assert wilson(trials, trials).high == 1.0
