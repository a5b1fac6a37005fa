"""Error rates of comparing two photos, against plain counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.error_rates import (
    det_points,
    equal_error,
    false_match_rate,
    false_non_match_rate,
    pair_scores,
    tar_at_far,
)
from face_matching.weighted_scores import scores_of

scores = st.lists(st.integers(-20, 20).map(lambda n: n / 20), min_size=1, max_size=40)
thresholds = st.integers(-25, 25).map(lambda n: n / 22)


def people(seed: int, counts: list[int]) -> tuple[NDArray[np.float32], list[str]]:
    """Random unit vectors, ``counts[i]`` of them of person ``i``, shuffled."""
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i, count in enumerate(counts) for _ in range(count)]
    rng.shuffle(names)
    rows = rng.normal(size=(len(names), 6))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32), names


@given(scores, scores, thresholds)
def test_fmr_and_fnmr_are_plain_counts(genuine: list[float], impostor: list[float], t: float) -> None:
    fmr = sum(s >= t for s in impostor) / len(impostor)
    fnmr = sum(s < t for s in genuine) / len(genuine)
    assert false_match_rate(scores_of(impostor), t) == pytest.approx(fmr)
    assert false_non_match_rate(scores_of(genuine), t) == pytest.approx(fnmr)


@given(scores, scores, st.sampled_from([0.0, 0.01, 0.1, 0.3, 1.0]))
def test_tar_at_far_is_the_best_any_threshold_gives(
    genuine: list[float], impostor: list[float], far: float
) -> None:
    candidates = [t + delta for t in {*genuine, *impostor} for delta in (0.0, 1e-9)]
    allowed = [t for t in candidates if sum(s >= t for s in impostor) <= far * len(impostor)]
    best = max((sum(s >= t for s in genuine) / len(genuine) for t in allowed), default=0.0)
    assert tar_at_far(scores_of(genuine), scores_of(impostor), far) == pytest.approx(best)


@given(scores, scores)
def test_eer_is_where_the_two_rates_come_closest(genuine: list[float], impostor: list[float]) -> None:
    g, i = scores_of(genuine), scores_of(impostor)
    found = equal_error(g, i)
    gap = abs(false_match_rate(i, found.threshold) - false_non_match_rate(g, found.threshold))
    for threshold in [t + delta for t in {*genuine, *impostor} for delta in (0.0, 1e-9)]:
        assert gap <= abs(false_match_rate(i, threshold) - false_non_match_rate(g, threshold)) + 1e-12
    mean = (false_match_rate(i, found.threshold) + false_non_match_rate(g, found.threshold)) / 2
    assert found.rate == pytest.approx(mean)


def test_eer_of_people_that_are_never_confused_is_zero() -> None:
    assert equal_error(scores_of([0.8, 0.9]), scores_of([0.1, 0.2])).rate == 0.0


@given(scores, scores)
def test_a_det_curve_trades_one_error_for_the_other(genuine: list[float], impostor: list[float]) -> None:
    points = det_points(scores_of(genuine), scores_of(impostor), [0.5, 0.1, 0.01])
    assert [p.fmr <= limit for p, limit in zip(points, [0.5, 0.1, 0.01], strict=True)] == [True] * 3
    assert [p.threshold for p in points] == sorted(p.threshold for p in points)
    assert [p.fnmr for p in points] == sorted(p.fnmr for p in points)


@given(st.integers(0, 999), st.lists(st.integers(1, 4), min_size=2, max_size=5).filter(lambda c: max(c) > 1))
def test_every_pair_is_counted_once_with_its_people(seed: int, counts: list[int]) -> None:
    rows, names = people(seed, counts)
    pairs = pair_scores(rows, names)
    genuine = [
        float(rows[i] @ rows[j]) for i, j in combinations(range(len(names)), 2) if names[i] == names[j]
    ]
    impostor = [
        float(rows[i] @ rows[j]) for i, j in combinations(range(len(names)), 2) if names[i] != names[j]
    ]
    assert pairs.genuine.values == pytest.approx(np.array(sorted(genuine, reverse=True)), abs=1e-5)
    assert pairs.impostor.values == pytest.approx(np.array(sorted(impostor, reverse=True)), abs=1e-5)
    assert (pairs.impostor_people[:, 0] != pairs.impostor_people[:, 1]).all()
    assert np.bincount(pairs.genuine_people, minlength=len(counts)).tolist() == [
        c * (c - 1) // 2 for c in counts
    ]


def test_drawing_a_person_twice_doubles_their_pairs_and_drops_nobody_elses() -> None:
    rows, names = people(3, [2, 2, 2])
    drawn = pair_scores(rows, names).reweighted(np.array([2.0, 1.0, 0.0]))
    assert drawn.genuine.total == 3  # 2 x the pair of p0, 1 x that of p1
    assert drawn.impostor.total == 8  # 2 x the four pairs between p0 and p1


@pytest.mark.parametrize("names", [["a", "a"], ["a", "b"]])
def test_too_few_people_or_photos_are_refused(names: list[str]) -> None:
    with pytest.raises(EvaluationError, match="at least two people"):
        pair_scores(np.eye(2, 4, dtype=np.float32), names)


def test_another_number_of_names_than_photos_is_refused() -> None:
    with pytest.raises(EvaluationError, match="1 identities for 2 embeddings"):
        pair_scores(np.eye(2, 4, dtype=np.float32), ["a"])
