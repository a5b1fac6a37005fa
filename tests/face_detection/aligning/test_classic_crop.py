"""The crop follows the rules of classic FaceNet tools."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from face_detection.aligning.classic_crop import (
    AlignedFace,
    Aligner,
    CropOptions,
    classic_choice,
    load_aligner,
    margin_box,
)
from face_detection.errors import EngineError, PhotoError
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo
from tests.portraits import skimage_picture

PHOTO = Photo(np.zeros((100, 200, 3), np.uint8), (100, 200))


def face_at(*box: float) -> Face:
    return Face(np.array(box, np.float32), 1.0, np.zeros((5, 2), np.float32))


def test_the_largest_face_counts_unless_a_smaller_one_is_much_more_central() -> None:
    central, larger = face_at(80, 30, 120, 70), face_at(0, 0, 50, 50)
    assert classic_choice(PHOTO, [larger, central]) == 1
    assert classic_choice(PHOTO, [face_at(70, 20, 130, 80), central]) == 0


def test_half_of_the_margin_is_on_each_side_and_ends_at_the_photos_edge() -> None:
    assert margin_box(PHOTO, face_at(50, 30, 90, 70), 32) == (34, 14, 106, 86)
    assert margin_box(PHOTO, face_at(-5, 5, 30, 98), 32) == (0, 0, 46, 100)


def test_a_face_beyond_the_edge_is_at_least_one_pixel() -> None:
    left, top, right, bottom = margin_box(PHOTO, face_at(210, 110, 240, 140), 0)
    assert right > left
    assert bottom > top


def test_an_unknown_detector_is_an_error() -> None:
    with pytest.raises(EngineError, match="no detector"):
        load_aligner("yolo")


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return load_aligner("mtcnn")


def only(faces: tuple[AlignedFace, ...]) -> AlignedFace:
    (face,) = faces
    return face


@pytest.mark.networks
def test_a_real_portrait_gives_its_face(aligner: Aligner) -> None:
    face = only(aligner.align(skimage_picture("astronaut"), CropOptions()))
    assert Image.open(io.BytesIO(face.png)).size == (160, 160)
    x1, y1, x2, y2 = face.box
    assert x1 < 225 < x2, "her nose"
    assert y1 < 120 < y2


@pytest.mark.networks
def test_a_portrait_on_its_side_is_turned(aligner: Aligner) -> None:
    upright = only(aligner.align(skimage_picture("astronaut"), CropOptions()))
    turned = io.BytesIO()
    Image.open(io.BytesIO(skimage_picture("astronaut"))).transpose(Image.Transpose.ROTATE_90).save(
        turned, "PNG"
    )
    face = only(aligner.align(turned.getvalue(), CropOptions()))
    assert face.quarters == 3
    assert face.box == pytest.approx(upright.box, abs=4)


@pytest.mark.networks
def test_a_photo_without_a_face_is_refused(aligner: Aligner) -> None:
    with pytest.raises(PhotoError) as refused:
        aligner.align(skimage_picture("coffee"), CropOptions())
    assert refused.value.problem is PhotoProblem.NO_FACE
