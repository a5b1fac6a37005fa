"""Faces of one burst are one person where every two of them are alike enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError, UnknownPolicyError
from face_matching.same_person import BURST_THRESHOLDS, burst_threshold, one_person
from face_matching.thresholds import POLICIES

RETAIL = ("retail-1", "mtcnn")


def faces(*angles: float) -> NDArray[np.float32]:
    """Unit vectors in a plane at these angles in radians."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def apart(similarity: float) -> float:
    """The angle of two faces of this similarity."""
    return float(np.arccos(similarity))


@pytest.mark.parametrize(("over", "same"), [(0.001, True), (-0.001, False)])
def test_two_faces_are_one_person_from_the_threshold_on(over: float, *, same: bool) -> None:
    angle = apart(burst_threshold(*RETAIL).at + over)
    assert one_person(*RETAIL, faces(0.0, angle)) is same


def test_every_two_faces_must_be_alike_and_not_only_neighbours() -> None:
    step = apart(burst_threshold(*RETAIL).at + 0.01)
    assert one_person(*RETAIL, faces(0.0, step))
    assert not one_person(*RETAIL, faces(0.0, step, 2 * step))


def test_a_single_face_is_one_person() -> None:
    assert one_person(*RETAIL, faces(1.0))


@pytest.mark.parametrize("wrong", [np.zeros((2, 2), np.float32), np.full((1, 2), np.nan, np.float32)])
def test_rows_that_are_no_embeddings_are_refused(wrong: NDArray[Any]) -> None:
    with pytest.raises(EmbeddingError):
        one_person(*RETAIL, wrong)


def test_each_engine_and_detector_with_a_policy_has_a_threshold() -> None:
    real = {pair for pair in BURST_THRESHOLDS if not pair[0].startswith("fake")}  # as fake pipelines have one
    assert real == set(POLICIES)


def test_a_pair_that_was_not_measured_is_refused_with_the_command() -> None:
    with pytest.raises(UnknownPolicyError, match=r"benchmarks\.burst\.same_person"):
        burst_threshold("other-1", "mtcnn")


@pytest.mark.parametrize("pair", sorted(POLICIES))
def test_it_is_stricter_than_enrolment(pair: tuple[str, str]) -> None:
    assert burst_threshold(*pair).at > POLICIES[pair].same_person_at
