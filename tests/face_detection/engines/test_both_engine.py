"""FaceNet and dlib's network in one embedding, whose cosine is the weighted sum of the two cosines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from face_detection.dlib.engine import DlibEngine, prepare_dlib
from face_detection.engines.both_engine import BOTH, DLIB_WEIGHT, BothEngine
from face_detection.errors import ModelFileError
from face_detection.facenet.engine import FaceNetEngine, prepare_facenet
from face_detection.pipeline import prepare_models
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.face_detection.dlib.test_engine import COLLINS, HOPPER, face, photo


@pytest.mark.networks
def test_without_its_networks_it_says_how_to_get_them(tmp_path: Path, astronaut_jpeg: bytes) -> None:
    engine = BothEngine(Runtime(), tmp_path)
    with pytest.raises(ModelFileError, match=r"facenet-1 is not in .*Start the server once"):
        engine.load()
    prepare_dlib(tmp_path)
    with pytest.raises(ModelFileError, match="facenet-1"):
        engine.embed(photo(astronaut_jpeg), [face(COLLINS)])


@pytest.mark.slow
def test_its_cosine_is_the_weighted_sum_of_both(
    facenet_models: Path, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    prepare_models("both", models=facenet_models)
    runtime = Runtime(precision="f32")
    faces: list[tuple[Photo, Face]] = [
        (photo(astronaut_jpeg), face(COLLINS)),
        (photo(hopper_jpeg), face(HOPPER)),
    ]
    engine = BothEngine(runtime, facenet_models)
    rows = np.concatenate([engine.embed(where, [one]) for where, one in faces])
    assert rows.shape == (2, engine.dimension) == (2, 640)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    facenet, dlib = (
        np.concatenate([part(runtime, facenet_models).embed(where, [one]) for where, one in faces])
        for part in (FaceNetEngine, DlibEngine)
    )
    expected = (1 - DLIB_WEIGHT) * facenet[0] @ facenet[1] + DLIB_WEIGHT * dlib[0] @ dlib[1]
    assert rows[0] @ rows[1] == pytest.approx(expected, abs=1e-5)
    assert engine.embed(faces[0][0], []).shape == (0, engine.dimension)
    assert find_network(facenet_models, BOTH) is None
    assert prepare_facenet(facenet_models) == find_network(facenet_models, FaceNetEngine.name)
