"""MTCNN finds what the package finds, in the photo's own coordinates, from many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from face_detection.mtcnn import geometry
from face_detection.mtcnn.detector import Mtcnn
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.face_detection.originals import PICTURES, SMALLEST_FACE
from tests.portraits import render

pytestmark = pytest.mark.networks

PACKAGE_SETTINGS = MtcnnSettings(longest_side=None, smallest_face_pixels=SMALLEST_FACE, thorough=True)
"""Those of the ``mtcnn`` package when nothing is asked of it."""


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(precision="f32")


@pytest.fixture(scope="module")
def mtcnn(runtime: Runtime) -> Mtcnn:
    return Mtcnn(runtime)


def eye_distance(face: Face) -> float:
    return float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))


def test_a_portrait_has_one_face_with_its_landmarks_in_order(mtcnn: Mtcnn, astronaut_jpeg: bytes) -> None:
    (face,) = mtcnn.detect(decode(astronaut_jpeg))
    assert face.confidence > 0.99
    np.testing.assert_allclose(face.box, [180, 62, 266, 173], atol=12)
    left_eye, right_eye, nose, left_mouth, right_mouth = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert face.box.dtype == face.landmarks.dtype == np.float32


def test_neither_the_cat_nor_the_coffee_is_a_face(mtcnn: Mtcnn, cat_jpeg: bytes, coffee_jpeg: bytes) -> None:
    for data in (cat_jpeg, coffee_jpeg):
        assert not [face for face in mtcnn.detect(decode(data)) if face.confidence > 0.9]


@pytest.mark.parametrize("scale", [0.5, 2.0, 3.5])
def test_the_answer_is_in_the_photo_s_own_pixels(mtcnn: Mtcnn, hopper_jpeg: bytes, scale: float) -> None:
    (face,) = mtcnn.detect(decode(hopper_jpeg))
    (other,) = mtcnn.detect(decode(render(hopper_jpeg, scale=scale)))
    overlap = geometry.overlaps(face.box[None] * scale, other.box[None])[0, 0]
    assert overlap > 0.75
    apart = np.linalg.norm(face.landmarks * scale - other.landmarks, axis=1)
    assert apart.max() < 0.15 * eye_distance(other)


def test_faces_come_largest_first(mtcnn: Mtcnn, astronaut_jpeg: bytes) -> None:
    large, small = decode(astronaut_jpeg), decode(render(astronaut_jpeg, scale=0.5))
    canvas = np.full((512, 768, 3), 128, np.uint8)
    canvas[:256, :256] = small.pixels
    canvas[:, 256:] = large.pixels
    first, second = mtcnn.detect(Photo(canvas, (512, 768)))
    assert first.box[0] > 256 > second.box[2]
    assert first.width > 1.5 * second.width


@pytest.mark.parametrize("size", [(1, 1), (11, 400), (12, 12), (20, 20), (13, 2000)])
def test_a_tiny_photo_has_no_face(mtcnn: Mtcnn, size: tuple[int, int]) -> None:
    assert mtcnn.detect(Photo(np.zeros((*size, 3), np.uint8), size)) == ()


def test_noise_costs_little_and_has_no_face(mtcnn: Mtcnn) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), dtype=np.uint8)
    assert mtcnn.detect(Photo(noise, (1500, 2000))) == ()


def test_threads_get_the_same_answers_as_one(mtcnn: Mtcnn, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> None:
    photos = [
        decode(render(data, scale=scale))
        for data in (astronaut_jpeg, hopper_jpeg)
        for scale in (0.5, 0.8, 1.0, 1.3)
    ]
    alone = [mtcnn.detect(photo) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(mtcnn.detect, photos * 4))
    for expected, actual in zip(alone * 4, together, strict=True):
        np.testing.assert_array_equal([f.box for f in expected], [f.box for f in actual])
        np.testing.assert_array_equal([f.landmarks for f in expected], [f.landmarks for f in actual])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_finds_what_the_package_finds(
    runtime: Runtime, pictures: list[bytes], with_tensorflow: Path
) -> None:
    assert len(pictures) >= 20
    mtcnn = Mtcnn(runtime, PACKAGE_SETTINGS)
    for number, data in enumerate(pictures):
        theirs = np.load(with_tensorflow / PICTURES / f"{number:03}.found.npy")
        ours = mtcnn.detect(decode(data))
        assert_same_faces(from_package(theirs), [face for face in ours if counts(face)])


def from_package(rows: np.ndarray) -> list[Face]:
    faces = [
        Face(row[1:5].astype(np.float32), float(row[5]), row[6:].reshape(2, 5).T.astype(np.float32))
        for row in rows
    ]
    return [face for face in faces if counts(face)]


def counts(face: Face) -> bool:
    return face.confidence >= 0.95 and min(face.width, face.height) >= 40


def assert_same_faces(theirs: list[Face], ours: list[Face]) -> None:
    assert len(theirs) == len(ours)
    for face in theirs:
        shared = [geometry.overlaps(face.box[None], other.box[None])[0, 0] for other in ours]
        twin = ours[int(np.argmax(shared))]
        assert max(shared) >= 0.8
        apart = np.linalg.norm(face.landmarks - twin.landmarks, axis=1).max()
        assert apart <= 0.03 * eye_distance(face)
