from __future__ import annotations

import io
from pathlib import Path

import dlib
import numpy as np
import pytest
from PIL import Image

from face_detection.dlib import network as dlib_network
from face_detection.dlib import weights as dlib_weights
from face_detection.dlib.engine import DlibEngine, prepare_dlib
from face_detection.errors import ModelFileError
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import render

# Where the eyes, the nose and the mouth are in the two portraits.
COLLINS = np.array([[197, 107], [246, 110], [226, 137], [200, 157], [242, 160]], np.float32)
HOPPER = np.array([[213, 196], [295, 196], [252, 240], [217, 288], [293, 289]], np.float32)


@pytest.fixture(scope="module")
def engine(models: Path) -> DlibEngine:
    prepare_dlib(models)
    return DlibEngine(Runtime(precision="f32"), models)


def photo(data: bytes) -> Photo:
    pixels = np.array(Image.open(io.BytesIO(data)).convert("RGB"))
    return Photo(pixels, (pixels.shape[0], pixels.shape[1]))


def face(landmarks: np.ndarray) -> Face:
    box = np.concatenate([landmarks.min(axis=0) - 30, landmarks.max(axis=0) + 30]).astype(np.float32)
    return Face(box, 0.99, landmarks.astype(np.float32))


def test_the_network_computes_what_dlib_computes(
    astronaut_jpeg: bytes, hopper_jpeg: bytes, engine: DlibEngine
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2, 150, 150, 3), dtype=np.uint8)
    faces = [
        engine.chip(photo(astronaut_jpeg).pixels, face(COLLINS)),
        engine.chip(photo(hopper_jpeg).pixels, face(HOPPER)),
    ]
    chips = np.concatenate([np.stack(faces), noise])
    path = dlib_weights.find()
    network = Runtime(precision="f32").compile(dlib_network.build(dlib_weights.read(path)))
    original = dlib.face_recognition_model_v1(str(path))
    wanted = np.array([original.compute_face_descriptor(chip) for chip in chips])
    (computed,) = network(chips)
    assert np.abs(computed - wanted).max() <= 1e-3
    assert np.abs(wanted[0] - wanted[1]).max() > 0.05


def test_embeddings_are_rows_of_length_one_in_the_order_of_the_faces(
    astronaut_jpeg: bytes, engine: DlibEngine
) -> None:
    picture = photo(astronaut_jpeg)
    faces = [face(COLLINS), face(COLLINS + 4)]
    rows = engine.embed(picture, faces)
    assert rows.shape == (2, engine.dimension) == (2, 128)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(rows[1], engine.embed(picture, faces[1:])[0], atol=1e-5)


def test_another_rendering_is_closer_than_another_person(
    astronaut_jpeg: bytes, hopper_jpeg: bytes, engine: DlibEngine
) -> None:
    enrolled = engine.embed(photo(astronaut_jpeg), [face(COLLINS)])[0]
    again = photo(render(astronaut_jpeg, scale=1.5, brightness=0.8, quality=70))
    again_row = engine.embed(again, [face(COLLINS * 1.5)])[0]
    other = engine.embed(photo(hopper_jpeg), [face(HOPPER)])[0]
    assert enrolled @ again_row > 0.98
    assert enrolled @ other < 0.9


def test_a_mirrored_chip_has_the_same_embedding(hopper_jpeg: bytes, engine: DlibEngine) -> None:
    chip = engine.chip(photo(hopper_jpeg).pixels, face(HOPPER))
    plain, mirrored = engine.embed_chips(np.stack([chip, chip[:, ::-1]]))
    np.testing.assert_allclose(plain, mirrored, atol=1e-5)


def test_more_faces_than_one_batch_holds_are_all_embedded(hopper_jpeg: bytes, engine: DlibEngine) -> None:
    rows = engine.embed(photo(hopper_jpeg), [face(HOPPER)] * 19)
    assert rows.shape == (19, 128)
    np.testing.assert_allclose(rows, rows[:1].repeat(19, axis=0), atol=1e-4)


def test_no_faces_give_no_rows(astronaut_jpeg: bytes, engine: DlibEngine) -> None:
    assert engine.embed(photo(astronaut_jpeg), []).shape == (0, 128)


def test_what_was_prepared_is_kept(models: Path) -> None:
    first = prepare_dlib(models)
    written = first.stat().st_mtime_ns
    assert prepare_dlib(models).stat().st_mtime_ns == written


@pytest.mark.networks
def test_an_engine_that_was_not_prepared_says_what_to_start(astronaut_jpeg: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"dlib-1.*Start the server once"):
        DlibEngine(Runtime(), tmp_path).embed(photo(astronaut_jpeg), [face(COLLINS)])
