from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from face_detection.errors import EngineError, PhotoError
from face_detection.pipeline import FINE_BELOW, FINE_SIDE, QUICK_SIDE, FacePipeline, load_pipeline
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS
from tests.portraits import jpeg, render

START = """
import sys
import time
began = time.perf_counter()
from pathlib import Path
from face_detection.pipeline import load_pipeline
load_pipeline("{engine}", "mtcnn", models=Path(sys.argv[1]))
heavy = [name for name in ("tensorflow", "keras", "keras_facenet", "torch", "dlib") if name in sys.modules]
assert not heavy, heavy
print(time.perf_counter() - began)
"""


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


def on_a_wall(data: bytes, size: tuple[int, int], width: int) -> bytes:
    """The portrait in the middle of a grey picture, as wide as asked for."""
    portrait = Image.open(io.BytesIO(data)).convert("RGB")
    portrait = portrait.resize((width, width * portrait.height // portrait.width), Image.Resampling.LANCZOS)
    wall = Image.new("RGB", size, (120, 125, 130))
    wall.paste(portrait, ((size[0] - portrait.width) // 2, (size[1] - portrait.height) // 2))
    return jpeg(wall)


def test_a_portrait_is_read_all_the_way(pipeline: FacePipeline, hopper_jpeg: bytes) -> None:
    probe = pipeline.read(hopper_jpeg, CHECK_IN_LIMITS)
    assert probe.problems == ()
    assert probe.face is not None
    assert len(probe.faces) == 1
    assert probe.embedding is not None
    assert probe.embedding.shape == (pipeline.dimension,)
    assert probe.embedding.dtype == np.float32
    assert abs(np.linalg.norm(probe.embedding) - 1) < 1e-5
    assert (pipeline.engine_name, pipeline.detector_name) == ("dlib-1", "mtcnn")


def test_other_renderings_of_a_person_are_closer_than_another_person(
    pipeline: FacePipeline, hopper_jpeg: bytes, astronaut_jpeg: bytes
) -> None:
    def embedding(data: bytes) -> np.ndarray:
        found = pipeline.read(data, CHECK_IN_LIMITS).embedding
        assert found is not None
        return found

    enrolled, other = embedding(hopper_jpeg), embedding(astronaut_jpeg)
    for again in (
        render(hopper_jpeg, angle=7, quality=80),
        render(hopper_jpeg, scale=2.2, brightness=0.85),
        render(hopper_jpeg, crop=0.08, brightness=1.1),
    ):
        assert enrolled @ embedding(again) > 0.95
    assert enrolled @ other < 0.9


def test_a_photo_without_a_face_has_a_problem_and_no_embedding(
    pipeline: FacePipeline, coffee_jpeg: bytes
) -> None:
    probe = pipeline.read(coffee_jpeg, CHECK_IN_LIMITS)
    assert probe.problems == (PhotoProblem.NO_FACE,)
    assert probe.face is None
    assert probe.embedding is None


def test_bytes_that_are_no_photo_are_an_error(pipeline: FacePipeline) -> None:
    with pytest.raises(PhotoError):
        pipeline.read(b"not a photo", CHECK_IN_LIMITS)


def test_a_large_face_is_read_at_the_quick_size(pipeline: FacePipeline, hopper_jpeg: bytes) -> None:
    probe = pipeline.read(on_a_wall(hopper_jpeg, (1280, 960), 800), CHECK_IN_LIMITS)
    assert max(probe.photo.pixels.shape) == QUICK_SIDE
    assert probe.face is not None
    assert probe.face.height >= FINE_BELOW


def test_a_small_face_is_read_with_more_of_its_detail(pipeline: FacePipeline, hopper_jpeg: bytes) -> None:
    small = on_a_wall(hopper_jpeg, (2560, 1920), 700)
    probe = pipeline.read(small, CHECK_IN_LIMITS)
    assert max(probe.photo.pixels.shape) == FINE_SIDE
    assert probe.face is not None
    # In the coordinates of the photo that goes with it: in the middle, and twice as large.
    middle = (probe.face.box[:2] + probe.face.box[2:]) / 2
    assert abs(middle[0] - FINE_SIDE / 2) < 40
    assert FINE_BELOW < probe.face.height < 2 * FINE_BELOW


def test_threads_that_read_at_the_same_time_get_what_one_gets(
    pipeline: FacePipeline, hopper_jpeg: bytes, astronaut_jpeg: bytes
) -> None:
    photos = [hopper_jpeg, astronaut_jpeg]
    alone = [pipeline.read(photo, CHECK_IN_LIMITS).embedding for photo in photos]

    def cosine(number: int) -> float:
        found, wanted = pipeline.read(photos[number % 2], CHECK_IN_LIMITS).embedding, alone[number % 2]
        assert found is not None
        assert wanted is not None
        return float(found @ wanted)

    with ThreadPoolExecutor(8) as pool:
        assert min(pool.map(cosine, range(24))) > 0.9999


def test_a_second_start_loads_neither_tensorflow_nor_the_reading_of_weights(
    pipeline: FacePipeline, models: Path
) -> None:
    command = [sys.executable, "-c", START.format(engine="dlib"), str(models)]
    subprocess.run(command, check=True, timeout=120)


@pytest.mark.slow
def test_facenet_starts_without_tensorflow_and_knows_a_face_again(
    facenet_models: Path,
    facenet_steps: list[tuple[str, int, int]],
    hopper_jpeg: bytes,
    astronaut_jpeg: bytes,
) -> None:
    facenet = load_pipeline("facenet", "mtcnn", models=facenet_models, precision="f32")
    assert facenet_steps[0] == ("Converting FaceNet", 0, 4)
    assert facenet_steps[-1] == ("Converting FaceNet", 4, 4)
    rows = [
        facenet.read(photo, CHECK_IN_LIMITS).embedding
        for photo in (hopper_jpeg, render(hopper_jpeg, angle=5, scale=1.7, brightness=0.9), astronaut_jpeg)
    ]
    assert rows[0] is not None
    assert rows[1] is not None
    assert rows[2] is not None
    assert rows[0] @ rows[1] > 0.85
    assert rows[0] @ rows[2] < 0.4
    assert "tensorflow" not in sys.modules
    command = [sys.executable, "-c", START.format(engine="facenet"), str(facenet_models)]
    subprocess.run(command, check=True, timeout=120)


@pytest.mark.parametrize(("engine", "detector"), [("arcface", "mtcnn"), ("dlib", "yunet")])
def test_an_unknown_engine_or_detector_is_refused(models: Path, engine: str, detector: str) -> None:
    with pytest.raises(EngineError, match=engine if engine == "arcface" else detector):
        load_pipeline(engine, detector, models=models)


def test_a_device_that_does_not_exist_is_refused(models: Path) -> None:
    with pytest.raises(EngineError, match="ATTENDANCE_DEVICE"):
        load_pipeline("dlib", "mtcnn", models=models, device="TPU")
