from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest
from PIL import Image

from face_detection.errors import ModelFileError
from face_detection.facenet.engine import FACENET, FaceNetEngine, convert, prepare_facenet
from face_detection.facenet.selftest import LEAST_COSINE, agreement, known_picture
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import render

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]
COLLINS = np.array([167, 62, 280, 194], np.float32)
HOPPER = np.array([182, 128, 325, 320], np.float32)


@pytest.fixture(scope="module")
def engine(facenet_models: Path) -> FaceNetEngine:
    return FaceNetEngine(Runtime(precision="f32"), facenet_models)


def photo(data: bytes) -> Photo:
    pixels = np.array(Image.open(io.BytesIO(data)).convert("RGB"))
    return Photo(pixels, (pixels.shape[0], pixels.shape[1]))


def face(box: np.ndarray) -> Face:
    return Face(box.astype(np.float32), 0.99, np.zeros((5, 2), np.float32))


@pytest.fixture(scope="module")
def crops(engine: FaceNetEngine, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> np.ndarray:
    """Two people as the engine cuts them out, and the test picture."""
    return np.stack(
        [
            engine.chip(photo(astronaut_jpeg).pixels, face(COLLINS)),
            engine.chip(photo(hopper_jpeg).pixels, face(HOPPER)),
            known_picture()[0],
        ]
    )


@pytest.fixture(scope="module")
def with_tensorflow(
    crops: np.ndarray, facenet_weights: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with what Keras computes, and with what was said to weights that are not FaceNet's."""
    folder = tmp_path_factory.mktemp("tensorflow")
    np.save(folder / "crops.npy", crops)
    for name, change in (("reversed", _reverse_a_kernel), ("short", _shorten_a_kernel)):
        shutil.copyfile(facenet_weights, folder / f"{name}.h5")
        (folder / f"{name}.h5").chmod(0o600)
        with h5py.File(folder / f"{name}.h5", "r+") as file:
            change(file)
    environment = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    script = Path(__file__).with_name("one_tensorflow.py")
    command = [sys.executable, "-P", str(script), str(facenet_weights), str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=500, env=environment)
    for file in folder.glob("*.h5"):
        file.unlink()  # 90 MB, in memory
    return folder


def _reverse_a_kernel(file: h5py.File) -> None:
    kernel = file["Bottleneck/Bottleneck/kernel"]
    kernel[...] = kernel[()][:, ::-1]


def _shorten_a_kernel(file: h5py.File) -> None:
    del file["Bottleneck/Bottleneck/kernel"]
    file["Bottleneck/Bottleneck/kernel"] = np.zeros((1792, 128), np.float32)


@pytest.mark.slow
def test_the_network_computes_what_keras_computes(
    engine: FaceNetEngine, crops: np.ndarray, with_tensorflow: Path
) -> None:
    wanted = np.load(with_tensorflow / "keras.npy")
    computed = engine.embed_chips(crops)
    assert (computed * wanted).sum(axis=1).min() >= 0.9999
    assert computed[0] @ computed[1] < 0.99
    assert agreement(wanted[2]) >= LEAST_COSINE


@pytest.mark.slow
def test_another_rendering_is_closer_than_another_person(
    engine: FaceNetEngine, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    enrolled, moved = engine.embed(photo(astronaut_jpeg), [face(COLLINS), face(COLLINS + 3)])
    again = photo(render(astronaut_jpeg, scale=1.5, brightness=0.8, quality=70))
    rows = engine.embed(again, [face(COLLINS * 1.5)])
    assert rows.shape == (1, engine.dimension) == (1, 512)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert enrolled @ moved > 0.9
    assert enrolled @ rows[0] > 0.9
    assert enrolled @ engine.embed(photo(hopper_jpeg), [face(HOPPER)])[0] < 0.3


@pytest.mark.slow
def test_a_network_that_is_there_is_used_whatever_became_of_the_weights(
    facenet_models: Path, tmp_path: Path
) -> None:
    assert prepare_facenet(facenet_models, tmp_path / "gone.h5") == find_network(facenet_models, FACENET)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("reversed", r"reversed\.h5 does not contain .*20180402-114759"),
        ("short", r"short\.h5 does not fit FaceNet's network"),
    ],
)
def test_weights_of_another_network_are_told_by_the_test_picture_or_the_shapes(
    with_tensorflow: Path, weights: str, said: str
) -> None:
    assert re.search(said, (with_tensorflow / f"{weights}.txt").read_text("utf-8"))
    assert list((with_tensorflow / weights).iterdir()) == []


def test_a_file_cut_short_is_refused_by_name_with_the_remedy(facenet_weights: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.h5"
    short.write_bytes(facenet_weights.read_bytes()[:50_000_000])
    with pytest.raises(ModelFileError, match=r"short\.h5 is damaged or incomplete.*FACENET_WEIGHTS"):
        prepare_facenet(tmp_path / "models", short)


def test_a_file_with_other_tensors_is_refused_before_tensorflow_is_loaded(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["kernel"] = np.zeros(3)
    with pytest.raises(ModelFileError, match=r"other\.h5 contains 1 tensors instead of FaceNet's 490"):
        prepare_facenet(tmp_path / "models", tmp_path / "other.h5")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"")
    with pytest.raises(ModelFileError, match=r"took more than 0 seconds and was stopped"):
        convert(tmp_path / "weights.h5", tmp_path, seconds=0.01)


def test_a_conversion_that_crashes_tells_the_end_of_its_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An h5py that can't be loaded stands for anything that is wrong with an installation.
    (tmp_path / "h5py.py").write_text("raise ImportError('libhdf5 has the wrong version')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "weights.h5").write_bytes(b"")
    with pytest.raises(
        ModelFileError, match=r"(?s)failed with status 1.*ATTENDANCE_ENGINE=dlib.*wrong version"
    ):
        convert(tmp_path / "weights.h5", tmp_path)
