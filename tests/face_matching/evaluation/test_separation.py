"""ROC curves against scikit-learn's, and d-prime and histograms by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_matching.errors import EvaluationError
from face_matching.evaluation.error_rates import equal_error
from face_matching.evaluation.separation import d_prime, histogram, roc_curve
from face_matching.weighted_scores import scores_of

scores = st.lists(st.integers(-20, 20).map(lambda n: n / 20), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def sklearn_roc_curve() -> Callable[..., Any]:
    """Scikit-learn's function, which takes two seconds to import."""
    from sklearn.metrics import roc_curve as function

    found: Callable[..., Any] = function
    return found


@given(genuine=scores, impostor=scores)
def test_the_roc_curve_is_that_of_scikit_learn(
    sklearn_roc_curve: Callable[..., Any], genuine: list[float], impostor: list[float]
) -> None:
    found = roc_curve(scores_of(genuine), scores_of(impostor))
    labels = [1] * len(genuine) + [0] * len(impostor)
    fpr, tpr, thresholds = sklearn_roc_curve(labels, [*genuine, *impostor], drop_intermediate=False)
    assert found.thresholds == pytest.approx(thresholds[1:])  # the first is infinity
    assert found.fmr == pytest.approx(fpr[1:])
    assert found.tar == pytest.approx(tpr[1:])


def test_the_eer_is_where_scikit_learns_curve_crosses_the_diagonal(
    sklearn_roc_curve: Callable[..., Any],
) -> None:
    rng = np.random.default_rng(1)
    genuine, impostor = rng.normal(2, 1, 4000), rng.normal(0, 1, 4000)
    fpr, tpr, _ = sklearn_roc_curve([1] * 4000 + [0] * 4000, [*genuine, *impostor])
    crossing = np.abs(1 - tpr - fpr).argmin()
    assert equal_error(scores_of(genuine), scores_of(impostor)).rate == pytest.approx(fpr[crossing], abs=5e-4)
    assert equal_error(scores_of(genuine), scores_of(impostor)).rate == pytest.approx(0.1587, abs=0.01)


def test_d_prime_counts_the_distance_in_standard_deviations() -> None:
    # Means 3 and 0; variances 1 and 4, so that the unit is the root of 2.5.
    assert d_prime(scores_of([2, 4]), scores_of([-2, 2])) == pytest.approx(3 / 2.5**0.5)


def test_d_prime_of_equal_scores_is_refused() -> None:
    with pytest.raises(EvaluationError, match="all scores are equal"):
        d_prime(scores_of([1, 1]), scores_of([0, 0]))


def test_a_histogram_has_every_score_in_one_bin() -> None:
    found = histogram(scores_of([0.5, 1.0, 1.0]), scores_of([0.0, 0.1, 0.6, 0.2]), bins=2)
    assert found.edges == (0.0, 0.5, 1.0)
    assert found.genuine == pytest.approx((0, 1))
    assert found.impostor == pytest.approx((0.75, 0.25))


def test_a_histogram_of_one_value_has_a_width() -> None:
    assert sum(histogram(scores_of([0.5]), scores_of([0.5]), bins=3).genuine) == 1
