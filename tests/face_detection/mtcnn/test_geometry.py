"""Boxes, overlaps, suppression and crops, as properties and against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_detection.mtcnn import geometry

coordinate = st.integers(-200, 800)
length = st.integers(1, 400)
box = st.tuples(coordinate, coordinate, length, length).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
boxes = st.lists(box, min_size=1, max_size=12).map(lambda b: np.array(b, np.float32))


def overlap_of_two(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Counted pixel by pixel, as only whole numbers are drawn."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return float(shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared))


@given(boxes)
def test_overlaps_are_those_of_each_pair(all_boxes: NDArray[np.float32]) -> None:
    matrix = geometry.overlaps(all_boxes, all_boxes)
    expected = [[overlap_of_two(a, b) for b in all_boxes] for a in all_boxes]
    np.testing.assert_allclose(matrix, expected, atol=1e-5)
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), 1)


@given(box, box)
def test_a_box_inside_another_is_covered_wholly_by_the_smaller_measure(
    a: tuple[int, ...], b: tuple[int, ...]
) -> None:
    around = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    pair = np.array([a, around], np.float32)
    assert geometry.overlaps(pair[:1], pair[1:], over_smaller=True)[0, 0] == pytest.approx(1, abs=1e-5)


def test_a_box_turned_inside_out_overlaps_nothing() -> None:
    turned = np.array([[10, 10, 0, 0]], np.float32)
    assert geometry.overlaps(turned, turned)[0, 0] == 0


@given(boxes, st.floats(0.1, 0.9), st.integers(0, 2**32 - 1))
def test_suppression_keeps_the_best_and_nothing_that_a_better_one_covers(
    all_boxes: NDArray[np.float32], threshold: float, seed: int
) -> None:
    scores = np.random.default_rng(seed).permutation(len(all_boxes)).astype(np.float32)
    kept = geometry.suppressed(all_boxes, scores, threshold)
    assert kept[0] == scores.argmax()
    assert (np.diff(scores[kept]) < 0).all()
    covered = geometry.overlaps(all_boxes, all_boxes) > threshold
    for i in range(len(all_boxes)):
        better = [j for j in range(len(all_boxes)) if scores[j] > scores[i]]
        assert (i in kept) == (not covered[i, better].any())


@given(boxes, st.floats(0.1, 0.9), st.integers(0, 2**32 - 1), st.sampled_from([1, 100]))
@settings(deadline=None)
def test_suppression_within_groups_is_that_of_each_group_alone(
    all_boxes: NDArray[np.float32], threshold: float, seed: int, times: int
) -> None:
    all_boxes = np.tile(all_boxes[:3], (times, 1))  # up to 300, which are compared in several steps
    draw = np.random.default_rng(seed)
    scores = draw.random(len(all_boxes), np.float32)
    cut = int(draw.integers(0, len(all_boxes) + 1))
    kept = geometry.suppressed(all_boxes, scores, threshold, groups=[cut, 0, len(all_boxes) - cut])
    first = geometry.suppressed(all_boxes[:cut], scores[:cut], threshold)
    second = cut + geometry.suppressed(all_boxes[cut:], scores[cut:], threshold)
    assert kept.tolist() == [*first.tolist(), *second.tolist()]


@given(boxes)
def test_squares_keep_the_centre_and_hold_the_box(all_boxes: NDArray[np.float32]) -> None:
    squares = geometry.squared(all_boxes)
    sides = squares[:, 2:] - squares[:, :2]
    np.testing.assert_allclose(sides[:, 0], sides[:, 1], atol=1e-3)
    np.testing.assert_allclose(
        squares[:, :2] + squares[:, 2:], all_boxes[:, :2] + all_boxes[:, 2:], atol=1e-3
    )
    assert (squares[:, :2] <= all_boxes[:, :2] + 1e-3).all()
    assert (squares[:, 2:] >= all_boxes[:, 2:] - 1e-3).all()


@given(boxes)
def test_offsets_of_zero_move_nothing(all_boxes: NDArray[np.float32]) -> None:
    assert (geometry.shifted(all_boxes, np.zeros_like(all_boxes)) == all_boxes).all()


def test_landmarks_lie_where_their_shares_say() -> None:
    shares = np.array([[0, 0.5, 1, 0.25, 0.75, 0, 0.5, 1, 0.1, 0.2]], np.float32)
    points = geometry.landmarks_in(np.array([[100, 200, 139, 299]], np.float32), shares)
    np.testing.assert_allclose(
        points[0], [[99, 199], [119, 249], [139, 299], [109, 209], [129, 219]], atol=1e-4
    )


def ramp(height: int, width: int) -> NDArray[np.uint8]:
    """Red grows to the right, green downwards."""
    pixels = np.full((height, width, 3), 50, np.uint8)
    pixels[..., 0] = np.arange(width)
    pixels[..., 1] = np.arange(height)[:, None]
    return pixels


@given(box, st.sampled_from([24, 48]))
def test_crops_sample_from_edge_to_edge_and_see_grey_outside(window: tuple[int, ...], side: int) -> None:
    height, width = 160, 200
    crop = geometry.crops(ramp(height, width), np.array([window], np.float32), side)[0]
    x = np.linspace(window[0], window[2], side) * (width - 1) / width
    y = np.linspace(window[1], window[3], side) * (height - 1) / height
    clear_x = (np.abs(x) > 1e-3) & (np.abs(x - width + 1) > 1e-3)  # an edge may fall to either side
    clear_y = (np.abs(y) > 1e-3) & (np.abs(y - height + 1) > 1e-3)
    inside = ((x >= 0) & (x <= width - 1))[None, :] & ((y >= 0) & (y <= height - 1))[:, None]
    clear = clear_y[:, None] & clear_x[None, :]
    for channel, ramped in ((0, x[None, :]), (1, y[:, None]), (2, np.array([[50.0]]))):
        expected = np.where(inside, ramped, geometry.NEUTRAL)
        np.testing.assert_allclose(crop[..., channel][clear], expected[clear], atol=2e-3)


def test_no_boxes_give_no_crops() -> None:
    assert geometry.crops(ramp(20, 20), np.empty((0, 4), np.float32), 24).shape == (0, 24, 24, 3)


def test_a_photo_is_shrunk_and_never_enlarged() -> None:
    pixels, scale = geometry.shrunk(ramp(90, 180), 60)
    assert pixels.shape == (30, 60, 3)
    assert scale == pytest.approx(1 / 3)
    assert geometry.shrunk(ramp(90, 180), 500)[1] == 1
    assert geometry.shrunk(ramp(90, 180), None)[1] == 1
