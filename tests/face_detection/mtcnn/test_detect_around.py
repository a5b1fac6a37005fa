"""About where a face is expected it has the points that it has in the search of the whole photo."""

from __future__ import annotations

import numpy as np
import pytest

from face_detection.face_detect import DETECTORS, Detector, load_detector
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import grace_hopper, skimage_picture

pytestmark = pytest.mark.networks


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param, Runtime(precision="f32"))


@pytest.fixture(scope="module")
def portrait() -> Photo:
    return decode(grace_hopper(), longest_side=320)


def the_face(detector: Detector, photo: Photo) -> Face:
    (face,) = detector.detect(photo)
    return face


@pytest.mark.parametrize("way", [(0, 0), (0.3, 0), (-0.3, 0.2), (0.1, -0.3), (0.2, 0.2)])
@pytest.mark.parametrize("growth", [0.75, 1, 1.35])
def test_a_face_that_moved_and_grew_has_the_same_points(
    detector: Detector, portrait: Photo, way: tuple[float, float], growth: float
) -> None:
    face = the_face(detector, portrait)
    middle = (face.box[:2] + face.box[2:]) / 2 + np.array(way, np.float32) * face.width
    half = (face.box[2:] - face.box[:2]) / 2 / growth
    expected = np.concatenate([middle - half, middle + half]).astype(np.float32)
    (found,) = detector.detect_around(portrait, expected)
    np.testing.assert_allclose(found.landmarks, face.landmarks, atol=0.1)
    np.testing.assert_allclose(found.box, face.box, atol=0.1)


def test_a_photo_that_is_shrunk_first_has_the_same_points(detector: Detector) -> None:
    large = decode(grace_hopper(), longest_side=900)
    face = the_face(detector, large)
    (found,) = detector.detect_around(large, face.box)
    np.testing.assert_allclose(found.landmarks, face.landmarks, atol=0.5)


def test_mtcnn_does_not_look_elsewhere(portrait: Photo) -> None:
    mtcnn = load_detector("mtcnn", Runtime(precision="f32"))
    face = the_face(mtcnn, portrait)
    wide = np.full((320, 640, 3), 120, np.uint8)
    wide[: portrait.pixels.shape[0], : portrait.pixels.shape[1]] = portrait.pixels
    photo = Photo(wide, (320, 640))
    assert len(mtcnn.detect(photo)) == 1
    assert mtcnn.detect_around(photo, face.box + np.array([380, 0, 380, 0], np.float32)) == ()


def test_there_is_no_face_in_a_cat(detector: Detector) -> None:
    cat = decode(skimage_picture("chelsea"), longest_side=320)
    assert detector.detect_around(cat, np.array([100, 50, 200, 150], np.float32)) == ()


@pytest.mark.parametrize("box", [[-500, -500, -400, -400], [0, 0, 0, 0], [10, 10, 5, 5], [0, 0, 5000, 5000]])
@pytest.mark.parametrize("size", [(1, 1), (12, 12), (40, 300), (320, 240)])
def test_any_box_in_a_photo_of_any_size_has_an_answer(
    detector: Detector, box: list[int], size: tuple[int, int]
) -> None:
    grey = Photo(np.full((*size, 3), 90, np.uint8), size)
    assert detector.detect_around(grey, np.array(box, np.float32)) == ()
