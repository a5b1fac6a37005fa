"""Converts FaceNet from Keras to OpenVINO, in a process of its own: it alone loads TensorFlow.

``python -m face_detection.facenet.convert WEIGHTS FOLDER`` writes ``network.xml`` and ``network.bin``
into the folder. A line of output for each step done, the last one a JSON object with the versions; a
problem with the weights is one line of error output and exit status 3.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from face_detection.errors import ModelFileError
from face_detection.facenet.selftest import LEAST_COSINE, agreement, known_picture
from face_detection.runtime.model_folder import NETWORK
from face_detection.runtime.openvino_runtime import Runtime, openvino

CROP_SIDE = 160
DIMENSION = 512
STEPS = 4
WEIGHTS_ARE_WRONG = 3
_TENSORS = 490


def convert(weights: Path, folder: Path) -> dict[str, str]:
    """Build keras-facenet's network with the weights, convert it, check it, and save it.

    Args:
        weights: HDF5 file as keras-facenet downloads it.
        folder: where to write ``network.xml`` and ``network.bin``, f32.

    Returns:
        The versions of what took part.

    Raises:
        ModelFileError: the file is damaged, or holds other weights.
    """
    _require_tensors(weights)
    _step(1)
    network = _keras_network(weights)
    _step(2)
    model = _converted(network)
    _step(3)
    (embedding,) = Runtime(precision="f32").compile(model)(known_picture())
    if (cosine := agreement(embedding[0])) < LEAST_COSINE:
        raise ModelFileError(
            f"{weights} does not hold FaceNet's weights 20180402-114759: a picture whose embedding is known "
            f"gives another one (cosine {cosine:.3f})."
        )
    openvino().save_model(model, str(folder / NETWORK), compress_to_fp16=False)
    return {name: version(name) for name in ("keras", "keras-facenet", "openvino")}


def _require_tensors(weights: Path) -> None:
    """See whether the file is whole before TensorFlow takes its ten seconds."""
    import h5py  # type: ignore[import-untyped]  # noqa: PLC0415 - only this process needs it

    found = []
    try:
        with h5py.File(weights, "r") as file:
            file.visititems(lambda _, item: found.append(item.size) if hasattr(item, "dtype") else None)
    except (OSError, RuntimeError) as error:
        raise ModelFileError(f"{weights} is damaged or cut short: {error}.") from error
    if len(found) != _TENSORS:
        raise ModelFileError(f"{weights} holds {len(found)} tensors instead of the {_TENSORS} of FaceNet.")


def _keras_network(weights: Path) -> Any:
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1  # noqa: PLC0415 - loads TensorFlow

    network = InceptionResNetV1(input_shape=(None, None, 3), classes=DIMENSION)
    try:
        network.load_weights(str(weights))  # Keras compares the shapes of all tensors
    except (ValueError, OSError, KeyError) as error:
        raise ModelFileError(f"{weights} does not fit FaceNet's network: {error}") from error
    return network


def _converted(network: Any) -> Any:
    """The network as an ``ov.Model`` from uint8 RGB ``(N, 160, 160, 3)`` to ``(N, 512)`` of length 1."""
    import tensorflow as tf  # noqa: PLC0415 - only this process may

    openvino()  # first, as it sees to it that nothing of OpenVINO reports its use
    from openvino.tools.ovc import convert_model  # noqa: PLC0415 - only this process converts

    def embed(crops: Any) -> Any:
        # keras-facenet 0.3.2, FaceNet._normalize, for models with fixed_image_standardization.
        return network((tf.cast(crops, tf.float32) - np.float32(127.5)) / np.float32(127.5), training=False)

    crops = tf.TensorSpec((None, CROP_SIDE, CROP_SIDE, 3), tf.uint8, name="crops")
    return convert_model(tf.function(embed, input_signature=[crops]))


def _step(done: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


def main() -> int:
    """Convert what the command line names; the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    weights, folder = map(Path, sys.argv[1:3])
    try:
        versions = convert(weights, folder)
    except ModelFileError as error:
        sys.stderr.write(f"{error}\n")
        return WEIGHTS_ARE_WRONG
    sys.stdout.write(json.dumps(versions) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
