from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.image_preprocess import DLIB_TEMPLATE, aligned_chip, similarity_transform, square_crop


def similarity(angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]])


def moved(points: np.ndarray, transform: np.ndarray) -> np.ndarray:
    return np.asarray(points @ transform[:, :2].T + transform[:, 2], np.float32)


def ramp(height: int, width: int) -> np.ndarray:
    """Red grows to the right by one each pixel, green downwards."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.arange(width)
    pixels[..., 1] = np.arange(height)[:, None]
    return pixels


@given(
    angle=st.floats(-np.pi, np.pi),
    scale=st.floats(0.05, 20),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_a_rotation_scale_and_shift_are_found_again(
    angle: float, scale: float, shift: tuple[float, float]
) -> None:
    wanted = similarity(angle, scale, shift)
    found = similarity_transform(DLIB_TEMPLATE, moved(DLIB_TEMPLATE, wanted))
    np.testing.assert_allclose(found, wanted, atol=0.01 * max(1, scale))


def test_a_mirrored_face_is_never_mirrored_back() -> None:
    mirrored = DLIB_TEMPLATE * [-1, 1] + [150, 0]
    found = similarity_transform(mirrored.astype(np.float32), DLIB_TEMPLATE)
    assert np.linalg.det(found[:, :2]) > 0


def test_no_other_transform_brings_noisy_landmarks_closer() -> None:
    noise = np.random.default_rng(3)
    source = DLIB_TEMPLATE + noise.normal(0, 6, (5, 2)).astype(np.float32)
    found = similarity_transform(source, DLIB_TEMPLATE)
    least = np.square(moved(source, found) - DLIB_TEMPLATE).sum()
    for _ in range(200):
        step = similarity(noise.normal(0, 0.03), 1 + noise.normal(0, 0.03), (0, 0))[:, :2]
        other = np.column_stack([step @ found[:, :2], found[:, 2] + noise.normal(0, 1, 2)])
        assert np.square(moved(source, other) - DLIB_TEMPLATE).sum() >= least


def test_landmarks_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="points coincide"):
        similarity_transform(np.ones((5, 2), np.float32), DLIB_TEMPLATE)


@pytest.mark.parametrize(("angle", "scale"), [(0.0, 1.0), (0.4, 0.7), (-0.6, 3.0), (0.3, 0.9)])
def test_the_landmarks_come_to_lie_on_the_template(angle: float, scale: float) -> None:
    # A dot of light at each landmark of a turned, larger or smaller face.
    landmarks = moved(DLIB_TEMPLATE, similarity(angle, scale, (260, 200)))
    pixels = np.zeros((900, 900, 3), np.uint8)
    for x, y in landmarks:
        cv2.circle(pixels, (round(float(x)), round(float(y))), max(2, round(3 * scale)), (255, 255, 255), -1)
    chip = aligned_chip(pixels, landmarks, DLIB_TEMPLATE, 150)
    assert chip.shape == (150, 150, 3)
    for x, y in DLIB_TEMPLATE:
        assert chip[round(float(y)), round(float(x))].min() > 200
    assert chip.mean() < 20


def test_a_large_photo_is_averaged_down_and_not_sampled() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1500, 1500, 3), dtype=np.uint8)
    chip = aligned_chip(noise, DLIB_TEMPLATE * 10, DLIB_TEMPLATE, 150)
    assert chip.std() < 15  # 10x10 pixels of noise with deviation 74, averaged
    assert abs(chip.mean() - 127.5) < 3


def test_averaging_down_does_not_move_the_face() -> None:
    wide = np.asarray(cv2.resize(ramp(150, 150), None, fx=6, fy=6), np.uint8)
    landmarks = (DLIB_TEMPLATE * 6 + 2.5).astype(np.float32)  # where enlarging puts a pixel's centre
    chip = aligned_chip(wide, landmarks, DLIB_TEMPLATE, 150).astype(int)
    inner = np.s_[5:-5, 5:-5]
    assert np.abs(chip[inner][..., 0] - np.arange(150)[5:-5]).max() <= 1
    assert np.abs(chip[inner][..., 1] - np.arange(150)[5:-5, None]).max() <= 1


def test_a_square_crop_keeps_the_middle_of_the_box_and_the_proportions() -> None:
    crop = square_crop(ramp(200, 250), np.array([80, 40, 140, 140], np.float32), side=120, margin=1.2)
    # The longer edge, 100, times 1.2 gives 120x120 around (110, 90): unscaled.
    np.testing.assert_array_equal(crop[0, :, 0], np.arange(50, 170))
    np.testing.assert_array_equal(crop[:, 0, 1], np.arange(30, 150))


def test_what_lies_beyond_the_edge_is_black() -> None:
    bright = ramp(100, 100) + np.uint8(100)
    crop = square_crop(bright, np.array([-20, -30, 80, 70], np.float32), side=120, margin=1.2)
    assert not crop[:, :30].any()
    assert not crop[:40].any()
    assert (crop[40:, 30:] >= 100).all()


@pytest.mark.parametrize("box", [(500, 10, 600, 90), (10, 10, 10, 10), (-90, -90, -20, -20)])
def test_a_box_outside_of_the_photo_is_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="200x100 photo"):
        square_crop(ramp(100, 200), np.array(box, np.float32))
