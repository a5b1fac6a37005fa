"""A head before the camera is a solid: near parts move more than far ones and hide them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.pad_kit.scenes.camera import PORTRAIT, Placement
from face_detection.pad_kit.scenes.head_relief import BACK, CELL, NECK, REACH, Features, head_depths
from face_detection.pad_kit.scenes.heads import twist_share
from face_detection.pad_kit.scenes.surfaces import Surface, cast

DEPTHS = head_depths(Features())
HEAD = Surface(DEPTHS, CELL, NECK, float(DEPTHS.max()), BACK)
ANGLES = {"yaw": st.floats(-0.7, 0.7), "pitch": st.floats(-0.4, 0.4), "roll": st.floats(-0.3, 0.3)}


def depth_at(x: float, y: float) -> float:
    row, column = (round((value + REACH) / CELL) for value in (y, x))
    return float(DEPTHS[row, column])


def test_depths_are_those_of_adults() -> None:
    assert depth_at(0, 41) == pytest.approx(34.5, abs=2.5)  # the nose, before the eyes
    assert depth_at(31.5, 0) == pytest.approx(0, abs=2)
    assert depth_at(25, 68) == pytest.approx(12, abs=3)  # a corner of the mouth
    assert depth_at(0, 104) == pytest.approx(15, abs=2)  # the chin
    assert depth_at(75, 30) < -60  # an ear


@settings(max_examples=15, deadline=None)
@given(**ANGLES, distance=st.floats(280, 450))
def test_each_pixel_sees_the_surface_where_its_ray_meets_it(
    yaw: float, pitch: float, roll: float, distance: float
) -> None:
    place = Placement(yaw, pitch, roll, 5.0, -12.0, distance)
    camera = PORTRAIT.scaled(0.25)
    seen = cast(HEAD, camera, place)
    head = np.s_[30:48, 24:36]  # of the 80 rows and 60 columns
    assert seen.hit[head].mean() > 0.99  # a ray along an edge may miss it
    points = np.stack([seen.x, seen.y, HEAD.at(seen.x, seen.y)], axis=2)
    turned = (points - NECK) @ place.rotation.T + NECK + (place.x, place.y, -distance)
    across, down = camera.rays()
    wrong = np.hypot(turned[..., 0] / -turned[..., 2] - across, turned[..., 1] / -turned[..., 2] - down)
    assert (
        np.median(wrong[head][seen.hit[head]]) * camera.focal < 0.15
    )  # pixels; edges that hide something are less exact


def test_a_turn_moves_the_nose_against_the_eyes() -> None:
    def nose_against_eyes(yaw: float) -> float:
        points = ((0, 41, depth_at(0, 41)), (-31.5, 0, depth_at(-31.5, 0)), (31.5, 0, depth_at(31.5, 0)))
        nose, left, right = (Placement(yaw=yaw).rotation @ (np.array(point) - NECK) for point in points)
        return float((nose[0] - (left[0] + right[0]) / 2) / (right[0] - left[0]))

    assert nose_against_eyes(np.radians(25)) == pytest.approx(0.5 * np.tan(np.radians(25)), rel=0.15)
    assert nose_against_eyes(np.radians(-25)) == pytest.approx(-nose_against_eyes(np.radians(25)), rel=0.01)


def test_the_shoulders_and_the_room_do_not_turn_with_the_head() -> None:
    share = twist_share(PORTRAIT, Placement())
    assert share[160, 120] == 1
    assert share[-1, 120] == 0
    assert share[160, 0] < 0.05
    assert ((share >= 0) & (share <= 1)).all()
