"""The hash of a picture is nearly the same for changed copies of it, and another one for other pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_detection.face_crop import cut_out, face_of
from face_detection.picture_hash import (
    BYTES,
    NEARLY_SAME,
    distances,
    is_blank,
    nearly_same,
    picture_hash,
    picture_patch,
    picture_views,
)
from face_detection.values import Face, Photo, Pixels

LANDMARKS = np.array([[330, 260], [420, 262], [375, 320], [340, 370], [412, 372]], np.float32)
BOX = np.array([290, 190, 460, 430], np.float32)


def picture(seed: int) -> Pixels:
    """A made-up picture with detail everywhere: RGB uint8 ``(600, 800, 3)``."""
    small = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (800, 600), interpolation=cv2.INTER_CUBIC), np.uint8)


def shown(pixels: Pixels, landmarks: NDArray[np.floating] = LANDMARKS) -> Pixels:
    """What is hashed of a picture with a face there."""
    face = Face(BOX, 1.0, landmarks.astype(np.float32))
    return picture_patch(Photo(np.ascontiguousarray(pixels), pixels.shape[:2]), face)


def apart(one: Pixels, other: Pixels) -> int:
    return int(distances(picture_views(one), [picture_hash(other)])[0])


def test_a_hash_has_256_bits_and_is_among_the_views() -> None:
    patch = shown(picture(1))
    views = picture_views(patch)
    assert views.shape == (45, BYTES)
    assert views[0].tobytes() == picture_hash(patch)
    assert distances(views, [picture_hash(patch)]).tolist() == [0]


def test_other_pictures_are_far() -> None:
    hashes = [picture_hash(shown(picture(seed))) for seed in range(2, 60)]
    assert distances(picture_views(shown(picture(1))), hashes).min() > 1.5 * NEARLY_SAME
    assert not nearly_same(picture_views(shown(picture(1))), hashes).any()
    assert nearly_same(picture_views(shown(picture(1))), []).shape == (0,)


@settings(max_examples=40, deadline=None)
@given(
    scale=st.floats(0.5, 2.0),
    angle=st.floats(-180, 180),
    brightness=st.floats(0.7, 1.0),
    shift=st.tuples(st.integers(-1, 1), st.integers(-1, 1)),
)
def test_a_copy_of_any_size_turn_and_brightness_is_found(
    scale: float, angle: float, brightness: float, shift: tuple[int, int]
) -> None:
    pixels = picture(7)
    turn = cv2.getRotationMatrix2D((375.0, 310.0), angle, scale)
    turn[:, 2] += np.array([600.0, 600.0]) - np.array([375.0, 310.0])
    darker = np.clip(pixels * brightness, 0, 255).astype(np.uint8)
    copy = cv2.warpAffine(darker, turn, (1200, 1200), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    moved = LANDMARKS @ turn[:, :2].T + turn[:, 2] + np.array(shift) * scale
    assert apart(shown(np.asarray(copy, np.uint8), moved), shown(pixels)) <= NEARLY_SAME


def test_the_kept_crop_of_an_enrolled_photo_has_the_hash_of_the_photo() -> None:
    pixels = picture(9)
    photo, face = Photo(pixels, (600, 800)), Face(BOX, 1.0, LANDMARKS)
    kept = picture_patch(*face_of(cut_out(photo, face)))
    assert apart(picture_patch(photo, face), kept) <= NEARLY_SAME


@pytest.mark.parametrize(
    "landmarks",
    [
        pytest.param(LANDMARKS - 330, id="at the corner"),
        pytest.param(LANDMARKS + 5000, id="outside"),
        pytest.param(LANDMARKS * 0 + 300, id="in one point"),
        pytest.param(LANDMARKS * 20, id="larger than the picture"),
    ],
)
def test_faces_at_the_edge_and_impossible_ones_have_a_hash(
    landmarks: NDArray[np.floating],
) -> None:
    assert len(picture_hash(shown(picture(3), landmarks))) == BYTES


def test_a_blank_picture_is_said_to_be_one() -> None:
    assert is_blank(shown(np.full((600, 800, 3), 200, np.uint8)))
    assert not is_blank(shown(picture(3)))
