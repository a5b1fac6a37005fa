"""Policies whose thresholds are moved."""

from __future__ import annotations

import pytest

from face_matching.policy_shift import shifted
from face_matching.thresholds import FACENET_1_MTCNN, RETAIL_1_MTCNN
from tests.face_matching.proven import proven_threshold


def test_plain_thresholds_move_where_they_decide() -> None:
    moved = shifted(FACENET_1_MTCNN, 0.05, margin=0.3)
    assert moved.search_threshold(60) == pytest.approx(FACENET_1_MTCNN.search_threshold(60) + 0.05)
    assert proven_threshold(moved, 60) == pytest.approx(proven_threshold(FACENET_1_MTCNN, 60) + 0.05)
    assert moved.margin == 0.3


def test_relative_thresholds_move_where_those_decide() -> None:
    moved = shifted(RETAIL_1_MTCNN, -0.02)
    assert moved.search == RETAIL_1_MTCNN.search
    assert moved.relative is not None
    assert RETAIL_1_MTCNN.relative is not None
    assert moved.relative.at(1e-4, 60) == pytest.approx(RETAIL_1_MTCNN.relative.at(1e-4, 60) - 0.02)
    assert moved.relative.same_person == RETAIL_1_MTCNN.relative.same_person
    assert moved.relative.margin == RETAIL_1_MTCNN.relative.margin
