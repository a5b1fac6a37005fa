from __future__ import annotations

import re
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.facenet.engine import FACENET, FaceNetEngine, convert, prepare_facenet
from face_detection.facenet.selftest import LEAST_COSINE, agreement
from face_detection.runtime.model_folder import find_network
from tests.face_detection.originals import COLLINS, HOPPER, face, pixels
from tests.portraits import render

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_the_network_computes_what_keras_computes(
    facenet: FaceNetEngine, crops: np.ndarray, with_tensorflow: Path
) -> None:
    wanted = np.load(with_tensorflow / "keras.npy")
    computed = facenet.embed_chips(crops)
    assert (computed * wanted).sum(axis=1).min() >= 0.9999
    assert computed[0] @ computed[1] < 0.99
    assert agreement(wanted[2]) >= LEAST_COSINE


@pytest.mark.slow
def test_another_rendering_is_closer_than_another_person(
    facenet: FaceNetEngine, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    enrolled, moved = facenet.embed(pixels(astronaut_jpeg), [face(COLLINS), face(COLLINS + 3)])
    again = pixels(render(astronaut_jpeg, scale=1.5, brightness=0.8, quality=70))
    rows = facenet.embed(again, [face(COLLINS * 1.5)])
    assert rows.shape == (1, facenet.dimension) == (1, 512)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert enrolled @ moved > 0.9
    assert enrolled @ rows[0] > 0.9
    assert enrolled @ facenet.embed(pixels(hopper_jpeg), [face(HOPPER)])[0] < 0.3


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
