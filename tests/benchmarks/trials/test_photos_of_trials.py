"""Changed, darkened, composed and faceless photos of the trials."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.trials.disturbances import SMALL, Disturbance, darkened, drawn_frame
from benchmarks.trials.faceless import SIZE, crops_without_faces, pasted, without_faces
from benchmarks.trials.low_light import BRIGHT, with_clahe, with_gamma
from face_detection.values import Face, Photo


def grey(level: int, height: int = 60, width: int = 80) -> Photo:
    return Photo(np.full((height, width, 3), level, np.uint8), (height, width))


def face_at(x1: float, y1: float, x2: float, y2: float) -> Face:
    return Face(np.array([x1, y1, x2, y2], np.float32), 1.0, np.full((5, 2), (x1 + x2) / 2, np.float32))


def test_points_of_a_moved_photo_are_where_they_were() -> None:
    photo = grey(0)
    photo.pixels[20:24, 30:34] = 255
    change = Disturbance(shift=(6.0, -4.0), scale=1.5)
    moved = change.of(photo, np.random.default_rng(1))
    rows, columns = np.nonzero(moved.pixels[:, :, 0] > 128)
    middle = np.array([columns.mean(), rows.mean()])
    assert change.back(middle) == pytest.approx([31.5, 21.5], abs=0.5)


def test_every_change_keeps_the_size_and_the_first_is_none() -> None:
    photo = grey(100)
    rng = np.random.default_rng(1)
    for change in (*SMALL, drawn_frame(rng)):
        assert change.of(photo, rng).pixels.shape == photo.pixels.shape
    assert np.abs(SMALL[0].of(photo, rng).pixels.astype(int) - 100).max() <= 1


def test_a_darkened_photo_has_its_part_of_the_light_and_noise() -> None:
    photo = grey(200)
    dark = darkened(photo, 1 / 8, np.random.default_rng(1)).pixels
    assert dark.mean() == pytest.approx(200 * (1 / 8) ** (1 / 2.2), abs=2)
    assert dark.std() > 0.5
    darker = darkened(photo, 1 / 64, np.random.default_rng(1)).pixels
    assert darker.std() / darker.mean() > dark.std() / dark.mean()


def test_gamma_lifts_dark_photos_and_leaves_bright_ones() -> None:
    dark, bright = grey(40), grey(BRIGHT)
    assert with_gamma(bright) is bright
    assert with_gamma(dark).pixels.mean() == pytest.approx(BRIGHT, abs=1)
    assert with_gamma(grey(0)).pixels.max() == 0
    ramp = Photo(np.repeat(np.arange(20, 60, dtype=np.uint8)[None, :, None], 40, 0).repeat(3, 2), (40, 40))
    assert with_clahe(ramp).pixels.std() > ramp.pixels.std()


def test_a_pasted_face_has_the_wished_size_and_its_place_is_known() -> None:
    photo = grey(50)
    photo.pixels[20:40, 30:50] = (255, 0, 0)
    for share in (0.1, 0.9):
        made, face = pasted(photo, face_at(30, 20, 50, 40), share, np.random.default_rng(2))
        assert made.pixels.shape == (SIZE[1], SIZE[0], 3)
        assert face.width == pytest.approx(share * 480)
        x1, y1, x2, y2 = face.box.astype(int)
        edge = (x2 - x1) // 8
        inside = made.pixels[y1 + edge : y2 - edge, x1 + edge : x2 - edge]
        assert inside[:, :, 0].min() > 200
        assert face.landmarks[0, 0] == pytest.approx((x1 + x2) / 2, abs=2)


def test_pictures_without_faces_are_as_large_as_a_phones() -> None:
    assert {photo.pixels.shape for photo in crops_without_faces(18, np.random.default_rng(1))} == {
        (SIZE[1], SIZE[0], 3)
    }
    photo = grey(50)
    photo.pixels[20:40, 30:50] = 255
    covered = without_faces(photo, (face_at(30, 20, 50, 40),))
    assert covered.pixels.max() <= 128
