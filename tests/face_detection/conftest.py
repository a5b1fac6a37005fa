"""What the originals compute: TensorFlow is loaded once for all that is compared with them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

from face_detection.facenet.engine import FaceNetEngine
from face_detection.facenet.selftest import known_picture
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from tests.face_detection.originals import COLLINS, DONE, HOPPER, PICTURES, face, pixels

ROOT = Path(__file__).resolve().parents[2]
COMPUTING_SECONDS = 500.0  # at most, also for what another worker computes


@pytest.fixture(scope="session")
def facenet(facenet_models: Path) -> FaceNetEngine:
    """FaceNet in f32."""
    return FaceNetEngine(Runtime(precision="f32"), facenet_models)


@pytest.fixture(scope="session")
def pictures(shared_faces: Path, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> list[bytes]:
    """Photos in which MTCNN looks for faces."""
    files = sorted((shared_faces / "official").glob("*.jpg"))
    files += sorted((shared_faces / "lfw10").glob("*/*.jpg"))[::10]
    files += sorted((shared_faces / "lfw150gray").glob("*/*.jpg"))[::60]
    return [astronaut_jpeg, hopper_jpeg] + [file.read_bytes() for file in files]


@pytest.fixture(scope="session")
def crops(facenet: FaceNetEngine, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> np.ndarray:
    """Two people as the engine cuts them out, and the test picture."""
    return np.stack(
        [
            facenet.chip(pixels(astronaut_jpeg).pixels, face(COLLINS)),
            facenet.chip(pixels(hopper_jpeg).pixels, face(HOPPER)),
            known_picture()[0],
        ]
    )


@pytest.fixture(scope="session")
def with_tensorflow(
    of_all_workers: Path, crops: np.ndarray, pictures: list[bytes], facenet_weights: Path
) -> Path:
    """A folder with what Keras and the ``mtcnn`` package compute, and what became of weights of others.

    Whoever asks first has TensorFlow compute it, for all workers.
    """
    folder = of_all_workers / "tensorflow"
    with closing(sqlite3.connect(of_all_workers / "computing", timeout=COMPUTING_SECONDS)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # one worker at a time; the system gives it back whatever happens
        if not (folder / DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            _compute(folder, crops, pictures, facenet_weights)
    return folder


def _compute(folder: Path, crops: np.ndarray, pictures: list[bytes], weights: Path) -> None:
    (folder / PICTURES).mkdir(parents=True)
    np.save(folder / "crops.npy", crops)
    for number, data in enumerate(pictures):
        np.save(folder / PICTURES / f"{number:03}.npy", decode(data).pixels)
    for name, change in (("reversed", _reverse_a_kernel), ("short", _shorten_a_kernel)):
        shutil.copyfile(weights, folder / f"{name}.h5")
        (folder / f"{name}.h5").chmod(0o600)
        with h5py.File(folder / f"{name}.h5", "r+") as file:
            change(file)
    environment = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    script = Path(__file__).with_name("one_tensorflow.py")
    command = [sys.executable, "-P", str(script), str(weights), str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=COMPUTING_SECONDS, env=environment)
    for file in (*folder.glob("*.h5"), *(folder / PICTURES).glob("???.npy")):
        file.unlink()  # 90 MB and more, in memory
    (folder / DONE).touch()


def _reverse_a_kernel(file: h5py.File) -> None:
    kernel = file["Bottleneck/Bottleneck/kernel"]
    kernel[...] = kernel[()][:, ::-1]


def _shorten_a_kernel(file: h5py.File) -> None:
    del file["Bottleneck/Bottleneck/kernel"]
    file["Bottleneck/Bottleneck/kernel"] = np.zeros((1792, 128), np.float32)
