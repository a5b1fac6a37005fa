"""Haar's faces have MTCNN's boxes and landmarks, and its false faces go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.haar import CASCADE, Haar, load_cascade
from face_detection.mtcnn import geometry
from face_detection.mtcnn.detector import Mtcnn
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Photo
from tests.portraits import render


@pytest.fixture(scope="module")
def haar() -> Haar:
    return Haar(Runtime(precision="f32"))


@pytest.fixture(scope="module")
def mtcnn() -> Mtcnn:
    return Mtcnn(Runtime(precision="f32"))


@pytest.mark.networks
@pytest.mark.parametrize("scale", [0.6, 1.0, 2.5])
def test_box_and_landmarks_are_as_mtcnn_has_them(
    haar: Haar, mtcnn: Mtcnn, astronaut_jpeg: bytes, hopper_jpeg: bytes, scale: float
) -> None:
    for data in (astronaut_jpeg, hopper_jpeg):
        photo = decode(render(data, scale=scale))
        (ours,), (reference,) = haar.detect(photo), mtcnn.detect(photo)
        assert ours.confidence > 0.9
        assert geometry.overlaps(ours.box[None], reference.box[None])[0, 0] > 0.7
        eyes = np.linalg.norm(reference.landmarks[1] - reference.landmarks[0])
        assert np.linalg.norm(ours.landmarks - reference.landmarks, axis=1).max() < 0.2 * eyes


@pytest.mark.networks
def test_neither_the_cat_nor_the_coffee_is_a_face(haar: Haar, cat_jpeg: bytes, coffee_jpeg: bytes) -> None:
    for data in (cat_jpeg, coffee_jpeg):
        assert haar.detect(decode(data)) == ()


@pytest.mark.networks
def test_what_the_cascade_takes_for_a_face_by_mistake_is_refused(haar: Haar, shared_faces: Path) -> None:
    photo = decode((shared_faces / "official" / "obama.jpg").read_bytes())
    small = geometry.shrunk(photo.pixels, 640)[0]
    grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    assert len(load_cascade().detectMultiScale(grey, 1.1, 5, minSize=(50, 50))) > 1
    assert len(haar.detect(photo)) == 1


@pytest.mark.networks
@pytest.mark.parametrize("size", [(1, 1), (23, 400), (30, 30), (10, 3000)])
def test_a_tiny_photo_has_no_face(haar: Haar, size: tuple[int, int]) -> None:
    assert haar.detect(Photo(np.zeros((*size, 3), np.uint8), size)) == ()


@pytest.mark.networks
def test_threads_get_the_same_answers_as_one(haar: Haar, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> None:
    photos = [decode(render(data, scale=s)) for data in (astronaut_jpeg, hopper_jpeg) for s in (0.5, 0.9)]
    alone = [haar.detect(photo) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(haar.detect, photos * 6))
    for expected, actual in zip(alone * 6, together, strict=True):
        np.testing.assert_array_equal([f.box for f in expected], [f.box for f in actual])


def test_a_missing_cascade_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=rf"{CASCADE} is missing.*opencv-python"):
        load_cascade(tmp_path)


@pytest.mark.parametrize("content", ["", "<opencv_storage></opencv_storage>", "no xml"])
def test_a_damaged_cascade_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / CASCADE).write_text(content)
    with pytest.raises(ModelFileError, match=rf"{CASCADE} is damaged"):
        load_cascade(tmp_path)
