"""Shares and thresholds of a set of scores, against plain counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_matching.errors import EvaluationError
from face_matching.weighted_scores import WeightedScores, scores_of

# A few distinct values, so that ties are common.
values = st.lists(st.integers(-5, 5).map(lambda n: n / 5), min_size=1, max_size=30)
thresholds = st.integers(-12, 12).map(lambda n: n / 10)


@given(values, thresholds)
def test_share_is_the_plain_count(scores: list[float], threshold: float) -> None:
    expected = sum(score >= threshold for score in scores) / len(scores)
    assert float(scores_of(scores).fraction_at_or_above(threshold)) == pytest.approx(expected)


@given(values, st.floats(0.0, 1.0))
def test_threshold_is_the_lowest_that_keeps_the_share(scores: list[float], share: float) -> None:
    threshold = scores_of(scores).threshold_at(share)
    allowed = share + 1e-9
    assert sum(score >= threshold for score in scores) / len(scores) <= allowed
    lower = [score for score in scores if score < threshold]
    if lower:  # the next score down would let too many pass
        assert sum(score >= max(lower) for score in scores) / len(scores) > share


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=20), thresholds)
def test_a_weight_counts_like_so_many_copies(pairs: list[tuple[int, int]], threshold: float) -> None:
    copies = [value / 5 for value, count in pairs for _ in range(count)]
    ordered = sorted(pairs, reverse=True)
    weighted = (np.array([v / 5 for v, _ in ordered]), np.array([float(c) for _, c in ordered]))
    if not copies:
        with pytest.raises(EvaluationError, match="no scores"):
            WeightedScores.descending(*weighted)
        return
    scores = WeightedScores.descending(*weighted)
    plain = scores_of(copies)
    assert float(scores.fraction_at_or_above(threshold)) == pytest.approx(
        float(plain.fraction_at_or_above(threshold))
    )
    for share in (0.1, 0.5):
        assert float(scores.fraction_at_or_above(scores.threshold_at(share))) == pytest.approx(
            float(plain.fraction_at_or_above(plain.threshold_at(share)))
        )


def test_a_search_that_can_not_pass_never_does() -> None:
    assert float(scores_of([-math.inf, 0.5]).fraction_at_or_above(-1.0)) == 0.5


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_score_is_refused(bad: float) -> None:
    with pytest.raises(EvaluationError):
        scores_of([0.1, bad])
