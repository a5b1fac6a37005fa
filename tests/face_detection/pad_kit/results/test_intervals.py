"""Exact intervals over people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.pad_kit.results.intervals import rate_over_people


def tail(events: int, trials: int, share: float) -> float:
    """The chance of at most so many events."""
    return sum(math.comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(events + 1))


def test_nothing_among_300_people_proves_one_per_cent() -> None:
    rate = rate_over_people([0] * 300, [1] * 300)
    assert (rate.share, rate.low) == (0, 0)
    assert rate.high == pytest.approx(1 - 0.05 ** (1 / 300))
    assert rate.high < 0.01


def test_more_tries_of_the_same_people_prove_no_more_where_nothing_happens() -> None:
    assert rate_over_people([0] * 20, [50] * 20).high == rate_over_people([0] * 20, [1] * 20).high


@given(events=st.integers(1, 39))
def test_one_try_each_has_the_interval_of_clopper_and_pearson(events: int) -> None:
    rate = rate_over_people([1] * events + [0] * (40 - events), [1] * 40)
    assert tail(events, 40, rate.high) == pytest.approx(0.025, rel=1e-6)
    assert 1 - tail(events - 1, 40, rate.low) == pytest.approx(0.025, rel=1e-6)


def test_people_who_always_fail_are_worth_no_more_than_people() -> None:
    often = rate_over_people([20] * 5 + [0] * 45, [20] * 50)
    once = rate_over_people([1] * 5 + [0] * 45, [1] * 50)
    assert often.share == once.share == 0.1
    assert often.high == pytest.approx(once.high, abs=0.005)
    assert (often.events, often.presentations, often.people) == (100, 1000, 50)


def test_one_person_alone_proves_hardly_anything() -> None:
    assert rate_over_people([1], [2]).high > 0.95
    assert rate_over_people([3], [3]).low == pytest.approx(0.05)
