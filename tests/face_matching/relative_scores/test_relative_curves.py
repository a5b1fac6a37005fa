"""Thresholds of relative scores, between the sizes and rates they were counted for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.threshold_curve import fmr_for

CURVES = RelativeCurves(
    sizes=(10, 1000),
    fpirs=(0.1, 0.01, 0.001),
    thresholds=((0.2, 0.3, 0.4), (0.1, 0.2, 0.3)),
    same_person=(0.15, 0.05),
    margin=0.1,
)


def test_the_rates_are_those_of_a_search_of_the_class() -> None:
    assert CURVES.at(fmr_for(0.01, 10), 10) == pytest.approx(0.3)
    assert CURVES.at(fmr_for(0.01, 1000), 1000) == pytest.approx(0.2)
    assert CURVES.at(fmr_for(math.sqrt(0.1 * 0.01), 10), 10) == pytest.approx(0.25)


def test_between_two_sizes_it_goes_by_their_logarithm() -> None:
    assert CURVES.at(fmr_for(0.01, 100), 100) == pytest.approx(0.25)
    assert CURVES.same_person_at(100) == pytest.approx(0.10)


def test_beyond_the_sizes_the_last_one_counts_and_below_the_rates_nobody_passes() -> None:
    assert CURVES.at(fmr_for(0.01, 50_000), 50_000) == pytest.approx(0.2)
    assert CURVES.same_person_at(3) == 0.15
    assert CURVES.at(fmr_for(0.0005, 10), 10) == math.inf


def test_what_passes_has_to_pass_relative_to_class_and_school() -> None:
    in_class, in_school = np.array([[0.35, 0.5, 0.35]]), np.array([[0.5, 0.05, 0.25]])
    scores, cohort = CURVES.on_one_scale([(in_class, 10), (in_school, 1000)])
    rate = fmr_for(0.01, 10)
    assert cohort == 10
    passes = scores >= CURVES.at(rate, cohort)
    both = (in_class >= CURVES.at(rate, 10)) & (in_school >= CURVES.at(rate, 1000))
    assert passes.tolist() == both.tolist() == [[True, False, True]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sizes": (10,)},
        {"sizes": (1000, 10)},
        {"fpirs": (0.001, 0.01, 0.1)},
        {"thresholds": ((0.2, 0.3), (0.1, 0.2))},
        {"thresholds": ((0.4, 0.3, 0.2), (0.1, 0.2, 0.3))},
        {"same_person": (0.1,)},
    ],
)
def test_a_table_out_of_order_is_refused(wrong: dict[str, object]) -> None:
    values = {name: getattr(CURVES, name) for name in CURVES.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"threshold|increase"):
        RelativeCurves(**(values | wrong))
