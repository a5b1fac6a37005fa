"""The tail of impostor scores, against distributions whose tail is known."""

from __future__ import annotations

import numpy as np
import pytest

from face_matching.errors import EvaluationError
from face_matching.evaluation.impostor_tail import TAIL_FRACTION, Tail, fit_tail
from face_matching.weighted_scores import WeightedScores, scores_of


@pytest.mark.parametrize("shape", [-0.4, -0.2, -0.1])
def test_finds_the_distribution_that_made_the_scores(shape: float) -> None:
    truth = Tail(start=0.4, fraction=1.0, scale=0.05, shape=shape)
    rng = np.random.default_rng(7)
    tail = fit_tail(scores_of([truth.threshold_at(u) for u in rng.uniform(1e-9, 1, 200_000)]), fraction=0.999)
    assert tail.shape == pytest.approx(shape, abs=0.02)
    assert tail.scale == pytest.approx(0.05, rel=0.03)
    assert tail.threshold_at(1e-4) == pytest.approx(truth.threshold_at(1e-4), abs=0.01)


def test_reaches_beyond_the_data_of_a_normal_distribution() -> None:
    scores = scores_of(np.random.default_rng(1).normal(0.1, 0.1, 60_000))
    # 1 in a million of this distribution lies above 0.1 + 4.753 * 0.1; 60,000 scores can't count that far.
    assert fit_tail(scores).threshold_at(1e-6) == pytest.approx(0.5753, abs=0.04)


@pytest.mark.parametrize("heavy", [0.0, 0.1])
def test_a_tail_that_would_go_beyond_the_highest_cosine_ends_there(heavy: float) -> None:
    uniform = np.random.default_rng(3).uniform(1e-9, 1, 20_000)
    excess = -0.1 * np.log(uniform) if heavy == 0 else 0.1 / heavy * (uniform**-heavy - 1)
    tail = fit_tail(scores_of(np.minimum(0.4 + excess, 1.0)))
    thresholds = [tail.threshold_at(rate) for rate in (1e-3, 1e-5, 1e-9, 1e-30)]
    assert thresholds == sorted(thresholds)
    assert thresholds[-1] == pytest.approx(1.0, abs=0.01)
    assert max(thresholds) <= 1.0


def test_the_tail_starts_where_it_was_cut() -> None:
    tail = fit_tail(scores_of(np.random.default_rng(4).normal(0.1, 0.1, 10_000)))
    assert tail.threshold_at(tail.fraction) == pytest.approx(tail.start)


def test_a_weight_counts_like_so_many_copies() -> None:
    rng = np.random.default_rng(2)
    values = -np.sort(-rng.normal(size=5000))
    counts = rng.integers(0, 3, size=5000).astype(np.float64)
    weighted = fit_tail(WeightedScores.descending(values, counts), fraction=0.1)
    copied = fit_tail(scores_of(np.repeat(values, counts.astype(int))), fraction=0.1)
    assert weighted.threshold_at(1e-5) == pytest.approx(copied.threshold_at(1e-5), abs=1e-3)


def test_too_few_scores_make_no_tail() -> None:
    with pytest.raises(EvaluationError, match=f"top {TAIL_FRACTION:.1%}"):
        fit_tail(scores_of(np.linspace(0, 1, 500)))


def test_equal_scores_make_no_tail() -> None:
    with pytest.raises(EvaluationError, match="all equal"):
        fit_tail(scores_of([*np.full(100, 0.5), *np.full(100, 0.1)]), fraction=0.5)
