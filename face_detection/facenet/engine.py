"""The engine ``facenet``: InceptionResNetV1 with the weights of keras-facenet."""

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
from face_detection.facenet.weights import BY_HAND, WEIGHTS, keras_facenet_download, named_weights
from face_detection.image_embedding import NetworkEngine
from face_detection.image_preprocess import square_crop
from face_detection.runtime.download import checksum, download
from face_detection.runtime.model_folder import find_network, install_network
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Pixels

FACENET = "facenet-1"
CONVERSION_SECONDS = 600.0  # takes 18 s on two cores, a few minutes on a slow laptop with a cold disk
_STAGE = "Converting FaceNet"
_MARGIN = 1.2  # side of the square relative to the longer edge of the box; docs/engines.md


class FaceNetEngine(NetworkEngine):
    """InceptionResNetV1 20180402-114759: 512 values, from upright squares around the box."""

    name: ClassVar[str] = FACENET
    dimension: ClassVar[int] = DIMENSION
    averages_mirror: ClassVar[bool] = False  # docs/engines.md: twice the time for almost no gain
    joins_runs: ClassVar[bool] = True  # docs/engines.md: half the work for each face

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Crop a square around the box, neither rotated nor stretched, as in the network's training."""
        return square_crop(pixels, face.box, side=CROP_SIDE, margin=_MARGIN)


def prepare_facenet(models: Path, weights: Path | None = None, progress: Progress = silent) -> Path:
    """Prepare FaceNet's network, unless it exists.

    Args:
        models: the folder of converted networks.
        weights: a file with FaceNet's weights; None means the file that keras-facenet has downloaded on
            this machine, or else a download, which is deleted after conversion.
        progress: receives the progress.

    Returns:
        Path of the network's file.

    Raises:
        ModelFileError: the weights are not available or not FaceNet's, or their conversion failed.
    """
    if (existing := find_network(models, FACENET)) is not None:
        return existing
    downloaded = None
    if weights is not None:
        source = named_weights(weights)
    else:
        source = keras_facenet_download() or (downloaded := download(WEIGHTS, models, progress))
    network = install_network(models, FACENET, lambda folder: convert(source, folder, progress))
    if downloaded is not None:
        downloaded.unlink(missing_ok=True)
    return network


def convert(
    weights: Path, folder: Path, progress: Progress = silent, *, seconds: float = CONVERSION_SECONDS
) -> dict[str, str]:
    """Convert a file of weights in another process, so that this one never loads TensorFlow.

    Args:
        weights: the HDF5 file.
        folder: an existing folder, which receives the network.
        progress: receives the steps.
        seconds: the time limit of the process.

    Returns:
        The checksum of the weights and the versions of the packages used.

    Raises:
        ModelFileError: the weights are wrong, or the process failed or exceeded its time limit.
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
            stdin=subprocess.PIPE,  # its end ends the child, even if this process is killed
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
            try:
                for line in process.stdout:
                    last = line.strip()
                    if last.isdecimal():
                        progress(_STAGE, int(last), STEPS)
            except BaseException:  # such as Ctrl-C: nobody waits for it any more
                process.kill()
                deadline.cancel()
                raise
        overdue = not deadline.is_alive()
        deadline.cancel()
        errors.seek(0)
        _require_success(process.returncode, weights, errors.read(), seconds if overdue else None)
    progress(_STAGE, STEPS, STEPS)
    return {"source": weights.name, "source_sha256": checksum(weights, "sha256"), **json.loads(last)}


def _environment(scratch: str) -> dict[str, str]:
    quiet = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": scratch,  # Keras would write its settings to the user's home
        "PYTHONIOENCODING": "utf-8",
    }
    return {**os.environ, **quiet}


def _require_success(status: int, weights: Path, errors: str, overdue: float | None) -> None:
    if status == 0:
        return
    tail = errors.strip()[-600:]
    if status == WEIGHTS_ARE_WRONG:
        raise ModelFileError(f"{tail.splitlines()[-1]} Delete {weights} and restart. Or: {BY_HAND}")
    if overdue is not None:
        happened = f"took more than {overdue:.0f} seconds and was stopped"
    else:
        happened = f"failed with status {status}"
    raise ModelFileError(
        f"Converting FaceNet's weights {weights} {happened}. It needs 1 GB of free memory and TensorFlow "
        f"2.20 or newer. Fix this and restart, or set ATTENDANCE_ENGINE=dlib. {tail}"
    )
