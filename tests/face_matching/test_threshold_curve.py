"""The threshold that follows the number of people searched."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_matching.threshold_curve import ThresholdCurve, fmr_for

CURVE = ThresholdCurve((1e-1, 1e-2, 1e-4), (0.2, 0.4, 0.6))


@given(st.floats(1e-6, 0.5), st.integers(1, 100_000))
def test_so_many_comparisons_at_the_rate_give_the_rate_of_the_search(fpir: float, searched: int) -> None:
    assert 1 - (1 - fmr_for(fpir, searched)) ** searched == pytest.approx(fpir, rel=1e-4)


@pytest.mark.parametrize(("searched", "expected"), [(1, 1e-2), (60, 1.675e-4), (1000, 1.005e-5)])
def test_known_rates_at_one_percent(searched: int, expected: float) -> None:
    assert fmr_for(0.01, searched) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("fpir", [0.0, 1.0, -0.1, math.nan])
def test_an_fpir_that_is_no_chance_is_refused(fpir: float) -> None:
    with pytest.raises(ValueError, match="FPIR must be between 0 and 1"):
        fmr_for(fpir, 10)


def test_searching_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0"):
        fmr_for(0.01, 0)


def test_points_are_met_and_between_them_the_logarithm_counts() -> None:
    assert [CURVE.at(rate) for rate in CURVE.fmrs] == pytest.approx(list(CURVE.thresholds))
    assert CURVE.at(1e-3) == pytest.approx(0.5)


@given(st.floats(1e-4, 1.0), st.floats(1e-4, 1.0))
def test_a_lower_rate_never_has_a_lower_threshold(one: float, other: float) -> None:
    assert CURVE.at(min(one, other)) >= CURVE.at(max(one, other))


def test_above_the_table_its_lowest_threshold_holds_and_below_it_nothing_passes() -> None:
    assert CURVE.at(0.5) == 0.2
    assert CURVE.at(1e-5) == math.inf


@pytest.mark.parametrize(
    ("fmrs", "thresholds"),
    [((1e-1, 1e-2), (0.4, 0.2)), ((1e-2, 1e-1), (0.2, 0.4)), ((1e-1,), (0.2,)), ((1e-1, 1e-2), (0.2,))],
)
def test_a_table_that_is_none_is_refused(fmrs: tuple[float, ...], thresholds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="rates"):
        ThresholdCurve(fmrs, thresholds)
