"""The nose in the frame of eyes and mouth stays under every affine motion of a plane."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from face_detection.liveness.five_points import frame_position, pose_of_points
from tests.face_detection.liveness.heads import FIVE, Stand, burst

SMALL = st.floats(-3, 3)
FACE = FIVE[:, :2].astype(np.float32)


@settings(deadline=None)
@given(st.tuples(SMALL, SMALL, SMALL, SMALL), st.tuples(SMALL, SMALL))
def test_affine_motions_of_a_plane_change_nothing(
    matrix: tuple[float, float, float, float], shift: tuple[float, float]
) -> None:
    motion = np.array(matrix).reshape(2, 2)
    assume(abs(np.linalg.det(motion)) > 0.3)
    moved = (FACE @ motion.T + shift).astype(np.float32)
    assert frame_position(moved) == pytest.approx(frame_position(FACE), abs=1e-3)


@pytest.mark.parametrize("degrees", [-35, -20, 20, 35])
def test_a_turned_head_has_about_its_yaw(degrees: float) -> None:
    (frame,) = burst([Stand(yaw=degrees, at=(0, 0, 50))]).frames
    assert frame.points.yaw == pytest.approx(np.tan(np.radians(degrees)), rel=0.25)
    (frame,) = burst([Stand(pitch=degrees, at=(0, 0, 50))]).frames
    (straight,) = burst([Stand(at=(0, 0, 50))]).frames
    moved = frame.points.pitch - straight.points.pitch
    assert moved == pytest.approx(np.tan(np.radians(degrees)), rel=0.35)


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.tile([3, 4], (5, 1)), np.arange(10).reshape(5, 2)])
def test_points_that_span_nothing_are_straight(points: np.ndarray) -> None:
    pose = pose_of_points(points.astype(np.float32))
    assert (pose.yaw, pose.pitch) == (0.0, 0.0)
