"""The engine ``dlib``, which needs no download: the descriptor of dlib and ``face_recognition``."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from face_detection.dlib import network as dlib_network
from face_detection.dlib import weights as dlib_weights
from face_detection.image_embedding import NetworkEngine
from face_detection.image_preprocess import DLIB_TEMPLATE, aligned_chip
from face_detection.runtime.model_folder import NETWORK, find_network, install_network
from face_detection.runtime.openvino_core import openvino
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Pixels

DLIB = "dlib-1"
_STAGE = "Preparing dlib's network"


class DlibEngine(NetworkEngine):
    """dlib's ResNet: 128 values, from chips aligned by the five landmarks."""

    name: ClassVar[str] = DLIB
    dimension: ClassVar[int] = dlib_network.DIMENSION
    averages_mirror: ClassVar[bool] = True  # docs/engines.md: fewer errors for 6 ms more

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Align the face by its landmarks with dlib's template."""
        return aligned_chip(pixels, face.landmarks, DLIB_TEMPLATE, dlib_network.CHIP_SIDE)


def prepare_dlib(models: Path, progress: Progress = silent) -> Path:
    """Prepare dlib's network, unless it exists.

    Reading and building it takes 0.7 s, compiling the stored network 0.04 to 0.1 s.

    Args:
        models: the folder of converted networks.
        progress: receives the progress, if there is anything to do.

    Returns:
        Path of the network's file.

    Raises:
        ModelFileError: the weights are missing or damaged, or the folder can't be written.
    """
    if (existing := find_network(models, DLIB)) is not None:
        return existing
    progress(_STAGE, 0, 1)
    layers = dlib_weights.read(dlib_weights.find())

    def write(folder: Path) -> dict[str, str]:
        model = dlib_network.build(layers)
        openvino().save_model(model, str(folder / NETWORK), compress_to_fp16=False)
        return {"source": dlib_weights.FILE_NAME, "source_sha256": dlib_weights.FILE_SHA256}

    network = install_network(models, DLIB, write)
    progress(_STAGE, 1, 1)
    return network
