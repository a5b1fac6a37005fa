"""A flat sheet's turn is measured by how much narrower its face looks, whichever way it turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.liveness.flatness import SheetLooks, tangent
from tests.face_detection.liveness.heads import Stand, burst

FAR_AWAY = (0.0, 0.0, 500.0)  # where there is no perspective
BASE, FAR = (0, 1), (5, 6, 7)


def turn_of(stands: Sequence[Stand], *, is_flat: bool = True) -> float:
    frames = burst(
        [Stand(s.yaw, s.pitch, s.roll, FAR_AWAY) for s in stands], is_flat=is_flat, with_mesh=False
    ).frames
    return SheetLooks([frame.face.landmarks for frame in frames]).turn(BASE, FAR)


@settings(deadline=None)
@given(st.floats(10, 60), st.sampled_from((-1, 1)), st.floats(-40, 40))
def test_a_sheet_that_is_turned_looks_narrower_by_the_cosine(degrees: float, side: int, roll: float) -> None:
    stands = [Stand(yaw=side * step * degrees, roll=roll) for step in (0, 0, 0, 0.4, 0.8, 1, 1, 1)]
    assert turn_of(stands) == pytest.approx(np.tan(np.radians(degrees)), rel=0.05, abs=0.02)


@settings(deadline=None)
@given(st.floats(15, 45), st.floats(15, 45))
def test_a_sheet_that_is_tilted_as_well_hides_no_turn(yaw: float, pitch: float) -> None:
    stands = [Stand(yaw=step * yaw, pitch=step * pitch) for step in (0, 0, 0, 0.4, 0.8, 1, 1, 1)]
    whole = np.arccos(np.cos(np.radians(yaw)) * np.cos(np.radians(pitch)))
    assert turn_of(stands) == pytest.approx(np.tan(whole), rel=0.1)


def test_a_sheet_that_is_waved_turns_from_one_side_to_the_other() -> None:
    once = turn_of([Stand(yaw=angle) for angle in (0, 0, 0, 10, 30, 40, 40, 40)])
    waved = turn_of([Stand(yaw=angle) for angle in (-40, -38, -5, 0, 5, 40, 40, 40)])
    assert waved > 1.6 * once


def test_a_little_noise_at_the_beginning_is_no_turn() -> None:
    straight = [Stand(yaw=angle) for angle in (10, 10, 0, 0, 0, 10, 10, 10)]  # 1.5 % narrower
    assert turn_of(straight) < 0.2


def test_points_that_span_no_face_turn_nowhere() -> None:
    assert SheetLooks([np.zeros((5, 2), np.float32)] * 8).turn(BASE, FAR) == 0
    line = np.array([[0, 0], [1, 0], [0.5, 0], [0, 0], [1, 0]], np.float32)
    assert np.isfinite(SheetLooks([line] * 8).turn(BASE, FAR))
    assert tangent(2.0) == 0
    assert np.isfinite(tangent(0.0))
