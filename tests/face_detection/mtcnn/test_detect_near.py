"""A face that is about where it is expected is found there, and nothing is where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_detection.face_detect import DETECTORS, Detector, load_detector
from face_detection.mtcnn.geometry import overlaps
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Photo
from tests.portraits import grace_hopper, skimage_picture

pytestmark = pytest.mark.networks


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param, Runtime(precision="f32"))


@pytest.fixture(scope="module")
def two() -> Photo:
    """Eileen Collins and Grace Hopper side by side."""
    first = decode(skimage_picture("astronaut"), longest_side=400).pixels
    second = decode(grace_hopper(), longest_side=400).pixels
    both = np.full((420, 760, 3), 150, np.uint8)
    both[: first.shape[0], : first.shape[1]] = first
    both[: second.shape[0], 410 : 410 + second.shape[1]] = second
    return Photo(both, (420, 760))


def boxes_of(detector: Detector, photo: Photo) -> NDArray[np.float32]:
    return np.stack([face.box for face in detector.detect_all(photo, 40)])


def test_both_are_found_where_they_were(detector: Detector, two: Photo) -> None:
    boxes = boxes_of(detector, two)
    assert len(boxes) == 2
    near = detector.detect_near(two, boxes)
    assert overlaps(np.stack([face.box for face in near]), boxes).max(axis=1).min() > 0.8


@pytest.mark.parametrize("way", [(0.15, 0.0), (-0.15, 0.1), (0.0, -0.15), (0.1, 0.1)])
def test_a_face_that_has_moved_a_little_is_found(
    detector: Detector, two: Photo, way: tuple[float, float]
) -> None:
    faces = detector.detect_all(two, 40)
    step = np.tile(np.array(way, np.float32), 2)
    expected = np.stack([face.box + step * np.float32(face.width) for face in faces])
    near = detector.detect_near(two, expected)
    assert len(near) == 2
    by_place = sorted(near, key=lambda face: float(face.box[0]))
    for found, face in zip(by_place, sorted(faces, key=lambda face: float(face.box[0])), strict=True):
        assert overlaps(found.box[np.newaxis], face.box[np.newaxis])[0, 0] > 0.75
        off = np.linalg.norm(found.landmarks - face.landmarks, axis=1).max()
        assert off < 0.1 * face.width


def test_where_there_is_no_face_none_is_found(detector: Detector, two: Photo) -> None:
    assert detector.detect_near(two, np.array([[300, 330, 380, 410]], np.float32)) == ()
    assert detector.detect_near(two, np.empty((0, 4), np.float32)) == ()


def test_two_expectations_of_one_face_find_it_once(detector: Detector, two: Photo) -> None:
    box = boxes_of(detector, two)[0]
    assert len(detector.detect_near(two, np.stack([box, box + 3]))) == 1


def test_an_expectation_beyond_the_edge_is_no_error(detector: Detector, two: Photo) -> None:
    wild = np.array([[-500, -500, -400, -400], [700, 380, 900, 600], [10, 10, 10, 10]], np.float32)
    assert all(np.isfinite(face.box).all() for face in detector.detect_near(two, wild))
