"""What is measured on a face follows what was done to it, and nothing else."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.mtcnn.detector import Mtcnn
from face_detection.photo import decode
from face_detection.quality_measures import FaceMeasures, measure, percentile, pose, sharpness
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo

FRONTAL = np.array([[40, 50], [80, 50], [60, 72], [45, 95], [75, 95]], np.float32)


@pytest.fixture(scope="module")
def mtcnn() -> Mtcnn:
    return Mtcnn(Runtime(precision="f32"))


@pytest.fixture(scope="module")
def portrait(mtcnn: Mtcnn, hopper_jpeg: bytes) -> tuple[Photo, Face]:
    photo = decode(hopper_jpeg)
    return photo, mtcnn.detect(photo)[0]


def changed(portrait: tuple[Photo, Face], pixels: Any) -> FaceMeasures:
    """The same face in other pixels of the same size."""
    photo, face = portrait
    return measure(Photo(np.clip(pixels, 0, 255).astype(np.uint8), photo.original_size), face)


@given(
    st.floats(-180, 180),
    st.floats(0.2, 20),
    st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000)),
    st.floats(0.5, 2),
)
def test_turning_moving_or_tilting_the_photo_turns_no_head(
    angle: float, scale: float, shift: tuple[float, float], squeeze: float
) -> None:
    radians = np.radians(angle)
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    moved = FRONTAL @ (turn * scale).T * [1, squeeze] + shift
    np.testing.assert_allclose(pose(moved.astype(np.float32)), pose(FRONTAL), atol=0.02)


def test_a_nose_to_the_side_is_a_turned_head() -> None:
    turned = FRONTAL.copy()
    turned[2, 0] += 14
    assert pose(turned)[0] == pytest.approx(0.4)
    assert pose(FRONTAL)[0] == 0


def test_landmarks_in_a_line_are_a_head_turned_beyond_measure() -> None:
    line = np.array([[0, 0], [10, 0], [5, 0], [0, 0], [10, 0]], np.float32)
    assert pose(line) == (float("inf"), float("inf"))


@pytest.mark.networks
def test_sharpness_falls_with_blur(portrait: tuple[Photo, Face]) -> None:
    photo, _ = portrait
    values = [
        changed(portrait, cv2.GaussianBlur(photo.pixels, (0, 0), sigma)).sharpness
        for sigma in (0.5, 2, 4, 6, 9, 13)
    ]
    assert (np.diff(values) < 0).all()
    assert values[-1] < 0.1 * values[0]


@pytest.mark.networks
@pytest.mark.parametrize("across", [True, False])
def test_a_shake_in_one_direction_shows(portrait: tuple[Photo, Face], across: bool) -> None:  # noqa: FBT001
    photo, _ = portrait
    streak = np.full((1, 31), 1 / 31, np.float32)
    shaken = cv2.filter2D(photo.pixels, -1, streak if across else streak.T)
    assert changed(portrait, shaken).sharpness < 0.2 * measure(*portrait).sharpness


@pytest.mark.networks
def test_grain_does_not_make_a_blurred_face_sharp(portrait: tuple[Photo, Face]) -> None:
    blurred = cv2.GaussianBlur(portrait[0].pixels, (0, 0), 9).astype(np.float64)
    grainy = blurred + np.random.default_rng(1).normal(0, 12, blurred.shape)
    assert changed(portrait, grainy).sharpness < 1.5 * changed(portrait, blurred).sharpness + 0.3


@pytest.mark.networks
def test_neither_light_nor_contrast_makes_a_face_sharp(portrait: tuple[Photo, Face]) -> None:
    before = measure(*portrait).sharpness
    pixels = portrait[0].pixels
    assert changed(portrait, pixels * 0.5).sharpness == pytest.approx(before, rel=0.15)
    assert changed(portrait, pixels * 0.5 + 100).sharpness == pytest.approx(before, rel=0.15)


def test_an_even_surface_is_not_sharp() -> None:
    assert sharpness(np.full((68, 64), 90, np.uint8)) == 0


@pytest.mark.networks
def test_light_is_measured_at_the_face_s_brightest(portrait: tuple[Photo, Face]) -> None:
    before = measure(*portrait)
    darker = changed(portrait, portrait[0].pixels * 0.3)
    assert darker.brightest == pytest.approx(0.3 * before.brightest, abs=2)
    assert before.blown == 0
    assert changed(portrait, portrait[0].pixels * 3.0).blown > 0.5


@pytest.mark.networks
def test_the_size_of_the_photo_changes_the_side_alone(mtcnn: Mtcnn, hopper_jpeg: bytes) -> None:
    photo = decode(hopper_jpeg)
    (face,) = mtcnn.detect(photo)
    larger = np.asarray(cv2.resize(photo.pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    twin = Face(face.box * 2, face.confidence, face.landmarks * 2)
    before, after = measure(photo, face), measure(Photo(larger, photo.original_size), twin)
    assert after.side == pytest.approx(2 * before.side)
    assert after.sharpness == pytest.approx(before.sharpness, rel=0.2)
    assert after.brightest == pytest.approx(before.brightest, abs=3)
    assert (after.turn, after.nod) == (before.turn, before.nod)


def test_what_lies_over_the_edge_is_not_visible() -> None:
    photo = Photo(np.full((200, 200, 3), 100, np.uint8), (200, 200))
    inside = measure(photo, Face(np.array([20, 20, 100, 120], np.float32), 1.0, FRONTAL))
    assert (inside.visible, inside.landmarks_inside) == (1, True)
    over = measure(
        photo, Face(np.array([-50, 20, 50, 120], np.float32), 1.0, FRONTAL - np.array([60, 0], np.float32))
    )
    assert over.visible == pytest.approx(0.5)
    assert not over.landmarks_inside


def test_landmarks_in_one_place_are_measured_without_a_crash() -> None:
    photo = Photo(np.full((50, 50, 3), 100, np.uint8), (50, 50))
    nothing = measure(
        photo, Face(np.array([10, 10, 10, 10], np.float32), 1.0, np.full((5, 2), 9, np.float32))
    )
    assert (nothing.visible, nothing.sharpness) == (0, 0)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=60), st.floats(0, 1))
def test_a_percentile_is_that_of_numpy(values: list[int], fraction: float) -> None:
    counts = np.bincount(values, minlength=256)
    assert percentile(counts, fraction) == pytest.approx(np.quantile(values, fraction), abs=1e-6)
