"""The more accurate engine: FaceNet's InceptionResNetV1 with the weights of keras-facenet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer
from typing import ClassVar

from face_detection.errors import ModelFileError
from face_detection.facenet.convert import CROP_SIDE, DIMENSION, STEPS, WEIGHTS_ARE_WRONG
from face_detection.facenet.weights import (
    BY_HAND,
    download_weights,
    kept_by_keras_facenet,
    named_weights,
    sha256_of,
)
from face_detection.image_embedding import NetworkEngine
from face_detection.image_preprocess import square_crop
from face_detection.runtime.model_folder import find_network, install_network
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Pixels

FACENET = "facenet-1"
CONVERSION_SECONDS = 600.0  # takes 18 s on two cores; a slow laptop with a cold disk needs a few minutes
_STAGE = "Converting FaceNet"
_MARGIN = 1.2  # of the square over the longer edge of the box; docs/engines.md


class FaceNetEngine(NetworkEngine):
    """InceptionResNetV1 20180402-114759, 512 numbers, on upright squares around the box."""

    name: ClassVar[str] = FACENET
    dimension: ClassVar[int] = DIMENSION
    averages_mirror: ClassVar[bool] = False  # docs/engines.md: twice the time for next to nothing

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Cut out the square that the network was trained on, neither turned nor stretched."""
        return square_crop(pixels, face.box, side=CROP_SIDE, margin=_MARGIN)


def prepare_facenet(models: Path, weights: Path | None = None, progress: Progress = silent) -> Path:
    """Make sure that FaceNet's network is in the folder of converted networks.

    Args:
        models: the folder of converted networks.
        weights: a file with FaceNet's weights; None takes what keras-facenet has downloaded on this
            machine, or else downloads it, and deletes the download once it is converted.
        progress: told how far it is.

    Returns:
        Path of the network's file.

    Raises:
        ModelFileError: the weights can't be had or are not FaceNet's, or converting them failed.
    """
    if (kept := find_network(models, FACENET)) is not None:
        return kept
    own = None
    if weights is not None:
        source = named_weights(weights)
    else:
        source = kept_by_keras_facenet() or (own := download_weights(models, progress))
    network = install_network(models, FACENET, lambda folder: convert(source, folder, progress))
    if own is not None:
        own.unlink(missing_ok=True)
    return network


def convert(
    weights: Path, folder: Path, progress: Progress = silent, *, seconds: float = CONVERSION_SECONDS
) -> dict[str, str]:
    """Convert a file of weights in a process of its own, so that this one never loads TensorFlow.

    Args:
        weights: HDF5 file.
        folder: an existing one, to write the network into.
        progress: told the steps.
        seconds: after which the process is ended.

    Returns:
        The checksum of the weights and the versions of what took part.

    Raises:
        ModelFileError: the weights are wrong, or the process failed or took too long.
    """
    progress(_STAGE, 0, STEPS)
    command = [
        sys.executable,
        "-m",
        "face_detection.facenet.convert",
        str(weights.resolve()),
        str(folder.resolve()),
    ]
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).resolve().parents[2],
            env=_environment(scratch),
        ) as process:
            deadline = Timer(seconds, process.kill)
            deadline.start()
            assert process.stdout is not None
            last = "{}"
            for line in process.stdout:
                last = line.strip()
                if last.isdecimal():
                    progress(_STAGE, int(last), STEPS)
        overdue = not deadline.is_alive()
        deadline.cancel()
        errors.seek(0)
        _require_success(process.returncode, weights, errors.read(), seconds if overdue else None)
    progress(_STAGE, STEPS, STEPS)
    return {"source": weights.name, "source_sha256": sha256_of(weights), **json.loads(last)}


def _environment(scratch: str) -> dict[str, str]:
    quiet = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": scratch,  # Keras would write its settings into the user's home
        "PYTHONIOENCODING": "utf-8",
    }
    return {**os.environ, **quiet}


def _require_success(status: int, weights: Path, errors: str, overdue: float | None) -> None:
    if status == 0:
        return
    tail = errors.strip()[-600:]
    if status == WEIGHTS_ARE_WRONG:
        raise ModelFileError(f"{tail.splitlines()[-1]} Take {weights} away and start again. Or: {BY_HAND}")
    if overdue is not None:
        happened = f"took more than {overdue:.0f} seconds and was ended"
    else:
        happened = f"failed with status {status}"
    raise ModelFileError(
        f"Converting FaceNet's weights {weights} {happened}. It needs 1 GB of free memory and TensorFlow "
        f"2.20 or newer; see to that and start again, or set ATTENDANCE_ENGINE=dlib. {tail}"
    )
