"""A face that was cut out gives every engine the embedding that its photo gives."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from face_detection.dlib.engine import DlibEngine, prepare_dlib
from face_detection.face_crop import REACH, SIDE, cut_out, face_of
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import Engine
from face_detection.pipeline import load_pipeline
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.retail.engine import RetailEngine, prepare_retail
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.face_detection.dlib.test_engine import COLLINS, HOPPER, photo

LEAST_COSINE = 0.997


def portrait(data: bytes, landmarks: np.ndarray, factor: int = 1) -> tuple[Photo, Face]:
    """A photo and its face with a box as MTCNN has it, enlarged."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    enlarged = picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    enlarged.save(out, "PNG")
    points = (landmarks * factor + (factor - 1) / 2).astype(np.float32)
    middle, span = points.mean(axis=0), np.linalg.norm(points[0] - points[1])
    reach = span * np.array([1.1, 1.4])
    box = np.concatenate([middle - reach, middle + reach]).astype(np.float32)
    return photo(out.getvalue()), Face(box, 0.99, points)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("edge", [False, True])
def test_box_and_landmarks_are_at_the_same_places_of_the_face(size: int, *, edge: bool) -> None:
    landmarks = np.array([[60, 70], [110, 68], [86, 100], [64, 130], [108, 128]], np.float32) * size
    landmarks += 0 if edge else 80 * size
    pixels = np.zeros((300 * size, 320 * size, 3), np.uint8)
    for x, y in landmarks:
        cv2.circle(pixels, (int(x), int(y)), 4 * size, (255, 255, 255), -1)
    centre = landmarks.mean(axis=0)
    reach = np.array([55 * size, 70 * size])
    box = np.concatenate([centre - reach, centre + reach])
    cut = cut_out(Photo(pixels, pixels.shape[:2]), Face(box.astype(np.float32), 0.9, landmarks))
    small, face = face_of(cut)
    if not edge:
        assert abs(max(small.pixels.shape) - min(SIDE, 140 * size * REACH)) <= 2
    assert max(small.pixels.shape) <= SIDE
    for x, y in face.landmarks:
        assert small.pixels[round(float(y)), round(float(x))].min() > 200
    shrunk = (face.box[2] - face.box[0]) / (110 * size)
    assert (face.landmarks[1, 0] - face.landmarks[0, 0]) / (50 * size) == pytest.approx(shrunk, rel=0.01)


@pytest.fixture(scope="module")
def portraits(hopper_jpeg: bytes, astronaut_jpeg: bytes) -> list[tuple[Photo, Face]]:
    """Two people, small and large."""
    known = (hopper_jpeg, HOPPER), (astronaut_jpeg, COLLINS)
    return [portrait(data, landmarks, factor) for data, landmarks in known for factor in (1, 3)]


@pytest.mark.parametrize("kind", [RetailEngine, DlibEngine])
def test_its_embedding_is_that_of_the_photo(
    models: Path, retail_model: Path, portraits: list[tuple[Photo, Face]], kind: type[Engine]
) -> None:
    prepare_retail(models, retail_model)
    prepare_dlib(models)
    assert_same(kind(Runtime(precision="f32"), models), portraits)


@pytest.mark.slow
def test_its_embedding_is_that_of_the_photo_with_facenet(
    facenet_models: Path, portraits: list[tuple[Photo, Face]]
) -> None:
    assert_same(FaceNetEngine(Runtime(precision="f32"), facenet_models), portraits)


def assert_same(engine: Engine, portraits: list[tuple[Photo, Face]]) -> None:
    for where, face in portraits:
        (wanted,) = engine.embed(where, [face])
        small, found = face_of(cut_out(where, face))
        assert max(small.pixels.shape) <= SIDE
        assert float(wanted @ engine.embed(small, [found])[0]) > LEAST_COSINE


@pytest.mark.parametrize("detector", ["mtcnn", "haar"])
def test_either_detector_finds_the_face_again(
    models: Path, retail_model: Path, hopper_jpeg: bytes, detector: str
) -> None:
    pipeline = load_pipeline("retail", detector, models=models, retail_model=retail_model, precision="f32")
    read = pipeline.read(hopper_jpeg, CHECK_IN_LIMITS)
    assert read.face is not None
    assert read.embedding is not None
    cut = cut_out(read.photo, read.face)
    assert float(read.embedding @ pipeline.embed_cut(cut)) > LEAST_COSINE
    again = pipeline.read(cut.jpeg, CHECK_IN_LIMITS).embedding
    assert again is not None
    assert float(read.embedding @ again) > 0.95
