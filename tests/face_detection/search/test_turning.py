"""Photos and faces turn together, and back."""

from __future__ import annotations

import numpy as np
import pytest

from face_detection.search.turning import turned, turned_face
from face_detection.values import Face, Photo


def photo_with_a_dot(height: int, width: int, x: int, y: int) -> Photo:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[y, x] = 255
    return Photo(pixels, (2 * height, 2 * width))


@pytest.mark.parametrize("quarters", range(-4, 6))
def test_a_face_stays_where_it_is_in_the_picture(quarters: int) -> None:
    photo = photo_with_a_dot(30, 50, x=12, y=7)
    face = Face(np.array([10, 5, 18, 25], np.float32), 0.9, np.array([[12, 7]] * 5, np.float32))
    there, turned_photo = turned_face(face, quarters, photo), turned(photo, quarters)
    x, y = there.landmarks[0].astype(int)
    assert turned_photo.pixels[y, x].tolist() == [255] * 3
    assert turned_photo.pixels.flags.c_contiguous
    assert sorted([there.width, there.height]) == [8, 20]
    assert there.box[0] <= x <= there.box[2]
    assert there.box[1] <= y <= there.box[3]
    assert there.confidence == face.confidence
    back = turned_face(there, -quarters, turned_photo)
    np.testing.assert_array_equal(back.box, face.box)
    np.testing.assert_array_equal(back.landmarks, face.landmarks)
    assert (turned(turned_photo, -quarters).pixels == photo.pixels).all()


def test_the_size_of_the_file_turns_along() -> None:
    photo = photo_with_a_dot(30, 50, 0, 0)
    assert turned(photo, 1).original_size == (100, 60)
    assert turned(photo, 2).original_size == (60, 100)
    assert turned(photo, 4) is photo
