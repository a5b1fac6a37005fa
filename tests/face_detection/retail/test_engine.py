"""The engine ``retail`` computes what the published network does, for RGB chips aligned by landmarks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.image_embedding import unit_rows
from face_detection.image_preprocess import RETAIL_TEMPLATE
from face_detection.pipeline import load_pipeline
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.retail.engine import RetailEngine, prepare_retail
from face_detection.retail.weights import FILES
from face_detection.runtime.openvino_core import core
from face_detection.runtime.openvino_runtime import Runtime
from tests.face_detection.dlib.test_engine import COLLINS, HOPPER, face, photo
from tests.face_detection.runtime.file_server import serving
from tests.portraits import render


@pytest.fixture(scope="module")
def engine(models: Path, retail_model: Path) -> RetailEngine:
    prepare_retail(models, retail_model)
    return RetailEngine(Runtime(precision="f32"), models)


def test_the_network_computes_what_the_published_one_does_from_bgr(
    astronaut_jpeg: bytes, engine: RetailEngine, retail_model: Path
) -> None:
    chip = engine.chip(photo(astronaut_jpeg).pixels, face(COLLINS))
    network = Runtime(precision="f32").compile(core().read_model(str(next(retail_model.glob("*.xml")))))
    bgr = cv2.cvtColor(chip, cv2.COLOR_RGB2BGR).transpose(2, 0, 1)[np.newaxis].astype(np.float32)
    wanted = unit_rows(network(bgr)[0].reshape(1, -1))
    found = engine.embed_chips(chip[np.newaxis])
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    exchanged = engine.embed_chips(np.ascontiguousarray(chip[np.newaxis, :, :, ::-1]))
    assert float((exchanged @ wanted.T).item()) < 0.99


def test_one_chip_has_the_embedding_that_it_has_among_others(engine: RetailEngine) -> None:
    chips = np.random.default_rng(1).integers(0, 256, (3, 128, 128, 3), np.uint8)
    together = engine.embed_chips(chips)
    assert engine._for_one is not None
    for chip, wanted in zip(chips, together, strict=True):
        np.testing.assert_allclose(engine.embed_chips(chip[np.newaxis])[0], wanted, atol=1e-5)


def test_the_landmarks_lie_on_the_networks_template(engine: RetailEngine) -> None:
    pixels = np.zeros((600, 600, 3), np.uint8)
    for x, y in COLLINS:
        cv2.circle(pixels, (round(float(x)), round(float(y))), 2, (255, 255, 255), -1)
    chip = engine.chip(pixels, face(COLLINS))
    assert chip.shape == (128, 128, 3)
    for x, y in RETAIL_TEMPLATE:
        around = chip[round(float(y)) - 6 : round(float(y)) + 7, round(float(x)) - 6 : round(float(x)) + 7]
        assert around.max() > 200


def test_another_rendering_is_closer_than_another_person(
    astronaut_jpeg: bytes, hopper_jpeg: bytes, engine: RetailEngine
) -> None:
    enrolled = engine.embed(photo(astronaut_jpeg), [face(COLLINS)])
    again = photo(render(astronaut_jpeg, scale=1.5, brightness=0.8, quality=70))
    rows = engine.embed(again, [face(COLLINS * 1.5)])
    assert rows.shape == (1, engine.dimension) == (1, 256)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert enrolled[0] @ rows[0] > 0.85
    assert enrolled[0] @ engine.embed(photo(hopper_jpeg), [face(HOPPER)])[0] < 0.3


def test_more_faces_than_one_batch_holds_are_all_embedded(hopper_jpeg: bytes, engine: RetailEngine) -> None:
    rows = engine.embed(photo(hopper_jpeg), [face(HOPPER)] * 19)
    np.testing.assert_allclose(rows, rows[:1].repeat(19, axis=0), atol=1e-4)
    assert engine.embed(photo(hopper_jpeg), []).shape == (0, 256)


@pytest.mark.parametrize("detector", ["mtcnn", "haar"])
def test_it_reads_photos_with_either_detector(
    models: Path, retail_model: Path, hopper_jpeg: bytes, astronaut_jpeg: bytes, detector: str
) -> None:
    pipeline = load_pipeline("retail", detector, models=models, retail_model=retail_model, precision="f32")
    assert (pipeline.engine_name, pipeline.detector_name) == ("retail-1", detector)
    photos = hopper_jpeg, render(hopper_jpeg, angle=5, scale=1.7, brightness=0.9), astronaut_jpeg
    first, again, other = (pipeline.read(jpeg, CHECK_IN_LIMITS).embedding for jpeg in photos)
    assert first is not None
    assert again is not None
    assert other is not None
    assert first @ again > 0.8
    assert first @ other < 0.3


def test_a_network_that_is_there_is_used_whatever_became_of_the_files(
    engine: RetailEngine, models: Path, tmp_path: Path
) -> None:
    assert engine.name in prepare_retail(models, tmp_path / "gone").parts


@pytest.mark.server
def test_a_download_becomes_the_network_and_leaves_nothing_else(retail_model: Path, tmp_path: Path) -> None:
    published = {file.name: (retail_model / file.name).read_bytes() for file in FILES}
    with serving(published) as server:
        here = [replace(file, url=server.url(file.name)) for file in FILES]
        network = prepare_retail(tmp_path, files=here)
        assert [path.name for path in tmp_path.iterdir()] == ["retail-1"]
        assert prepare_retail(tmp_path, files=here) == network
        assert len(server.ranges) == len(FILES)
    assert RetailEngine(Runtime(precision="f32"), tmp_path).embed_chips(
        np.zeros((1, 128, 128, 3), np.uint8)
    ).shape == (1, 256)


def test_files_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="ATTENDANCE_RETAIL_MODEL"):
        prepare_retail(tmp_path / "models", tmp_path / "gone")
    with pytest.raises(ModelFileError, match="Start the server once"):
        RetailEngine(Runtime(), tmp_path).load()
