"""How a decision is made out of the best candidates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Provenance, Unknown
from face_matching.gallery import Gallery
from face_matching.threshold_curve import ThresholdCurve
from tests.face_matching.proven import proven_threshold

RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
POLICY = DecisionPolicy(
    engine="facenet-1",
    detector="mtcnn",
    search=ThresholdCurve(RATES, (0.20, 0.30, 0.40, 0.50, 0.60)),
    proven=ThresholdCurve(RATES, (0.25, 0.35, 0.45, 0.60, 0.80)),
    margin=0.15,
    same_person_at=0.25,
    provenance=Provenance("made up", 2, 4, 4, "2026-11-21", "none", 0.0, 1.0),
)
TEN = 10  # people; close to FMR 1e-3, so thresholds of about 0.40 and 0.45


def decide(scores: Sequence[float], searched: int, policy: DecisionPolicy = POLICY) -> Decision:
    """The decision about a face with these scores, and others of -1, in a search of so many."""
    row = np.full((1, max(searched, len(scores))), -1.0)
    row[0, : len(scores)] = scores
    return policy.decide(policy.plain(row), [f"s{i}" for i in range(row.shape[1])])


def test_well_above_both_thresholds_is_a_match() -> None:
    assert decide([0.7, 0.3], TEN) == Match("s0", 0.7)


def test_between_the_thresholds_is_unproven_with_the_one_candidate() -> None:
    assert decide([0.43, 0.3], TEN) == Doubtful((Candidate("s0", 0.43),), Doubt.UNPROVEN)


def test_below_is_unknown_with_the_best_score() -> None:
    assert decide([0.39, 0.3], TEN) == Unknown(0.39)


def test_an_empty_gallery_is_unknown_without_a_score() -> None:
    assert POLICY.identify(None, np.ones(1)) == Unknown(None)
    empty = Gallery.build("facenet-1", [], np.empty((0, 2), np.float32))
    assert POLICY.identify(empty, np.array([1, 0], np.float32)) == Unknown(None)


def test_the_same_score_passes_in_a_class_and_not_in_a_school() -> None:
    assert isinstance(decide([0.52], 10), Match)
    assert isinstance(decide([0.52], 100), Doubtful)
    assert isinstance(decide([0.52], 1000), Unknown)


def test_two_that_pass_and_lie_close_are_look_alikes_however_high() -> None:
    decision = decide([0.93, 0.90, 0.3], TEN)
    assert decision == Doubtful((Candidate("s0", 0.93), Candidate("s1", 0.90)), Doubt.LOOK_ALIKE)


def test_three_of_a_kind_are_all_named() -> None:
    decision = decide([0.93, 0.92, 0.91], TEN)
    assert isinstance(decision, Doubtful)
    assert len(decision.candidates) == 3


def test_a_second_that_passes_far_behind_is_no_look_alike() -> None:
    assert decide([0.80, 0.60], TEN) == Match("s0", 0.80)


def test_a_second_that_is_close_but_does_not_pass_is_no_look_alike() -> None:
    assert decide([0.46, 0.39], TEN) == Match("s0", 0.46)


def test_the_order_of_candidates_does_not_matter() -> None:
    assert decide([0.3, 0.7], TEN) == Match("s1", 0.7)


@pytest.mark.parametrize("score", [math.nan, -math.inf])
def test_what_is_no_score_never_passes(score: float) -> None:
    assert isinstance(decide([score], TEN), Unknown)


def test_beyond_what_was_calibrated_nothing_passes() -> None:
    assert isinstance(decide([1.0], 2_000), Unknown)


def test_a_lower_fpir_asks_for_more() -> None:
    strict = replace(POLICY, fpir=0.001)
    assert strict.search_threshold(10) == pytest.approx(POLICY.search_threshold(100), abs=0.01)
    with pytest.raises(ValueError, match="FPIR"):
        replace(POLICY, fpir=0)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(2, 900))
def test_a_match_always_has_a_proven_score_and_nobody_close(
    first: float, second: float, searched: int
) -> None:
    decision = decide([first, second], searched)
    best, other = max(first, second), min(first, second)
    if isinstance(decision, Match):
        assert decision.score == best >= proven_threshold(POLICY, searched)
        assert other < POLICY.search_threshold(searched) or best - other >= POLICY.margin
    elif isinstance(decision, Unknown):
        assert best < POLICY.search_threshold(searched)


def test_where_strangers_of_the_class_score_high_a_match_needs_more() -> None:
    judged = POLICY.plain(np.array([[0.7, 0.1]]), least_proven=0.75)
    assert POLICY.decide(judged, ["a", "b"]) == Doubtful((Candidate("a", 0.7),), Doubt.UNPROVEN)
    assert isinstance(POLICY.decide(POLICY.plain(np.array([[0.76, 0.1]]), 0.75), ["a", "b"]), Match)
    assert POLICY.decide(POLICY.plain(np.array([[0.1, 0.1]]), 0.75), ["a", "b"]) == Unknown(0.1)
