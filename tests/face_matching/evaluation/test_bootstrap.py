"""Intervals by drawing people anew."""

from __future__ import annotations

import numpy as np
import pytest

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import draw_people, estimates, replicate
from face_matching.weighted_scores import Floats


def test_each_draw_has_as_many_people_and_repeats_itself() -> None:
    draws = draw_people(12, draws=50)
    assert draws.shape == (50, 12)
    assert (draws.sum(axis=1) == 12).all()
    assert np.array_equal(draws, draw_people(12, draws=50))
    assert not np.array_equal(draws, draw_people(12, draws=50, seed=1))


def test_the_interval_of_a_mean_is_the_textbook_one() -> None:
    heights = np.random.default_rng(0).normal(10.0, 2.0, size=400)
    (mean,) = estimates(lambda counts: np.array([counts @ heights / counts.sum()]), len(heights), draws=2000)
    error = 1.96 * heights.std() / np.sqrt(len(heights))
    assert mean.value == pytest.approx(heights.mean())
    assert mean.low == pytest.approx(heights.mean() - error, abs=0.03)
    assert mean.high == pytest.approx(heights.mean() + error, abs=0.03)


def test_a_draw_that_can_not_be_measured_is_left_out() -> None:
    def needs_two_people(counts: Floats) -> Floats:
        if np.count_nonzero(counts) < 2:
            raise EvaluationError("one person")
        return np.array([np.count_nonzero(counts)], dtype=np.float64)

    drawn = replicate(needs_two_people, np.array([[2.0, 0.0], [1.0, 1.0]]))
    assert drawn.tolist() == [[2.0]]
    with pytest.raises(EvaluationError, match="none of 1 draws"):
        replicate(needs_two_people, np.array([[2.0, 0.0]]))
