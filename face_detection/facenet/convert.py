"""Converts FaceNet from Keras to OpenVINO in a process of its own, the only one that loads TensorFlow.

``python -m face_detection.facenet.convert WEIGHTS FOLDER`` writes ``network.xml`` and ``network.bin`` to the
folder. It prints one line per completed step, the last one a JSON object with the versions; a problem with
the weights is one line on standard error and exit status 3.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from face_detection.errors import ModelFileError
from face_detection.facenet.selftest import LEAST_COSINE, agreement, known_picture
from face_detection.runtime.model_folder import NETWORK
from face_detection.runtime.openvino_core import openvino
from face_detection.runtime.openvino_runtime import Runtime

CROP_SIDE = 160
DIMENSION = 512
STEPS = 4
WEIGHTS_ARE_WRONG = 3
_TENSORS = 490


def convert(weights: Path, folder: Path) -> dict[str, str]:
    """Build keras-facenet's network with the weights, convert it, verify it, and save it.

    Args:
        weights: the HDF5 file that keras-facenet downloads.
        folder: receives ``network.xml`` and ``network.bin`` in f32.

    Returns:
        The versions of the packages used.

    Raises:
        ModelFileError: the file is damaged, or contains other weights.
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
            f"{weights} does not contain FaceNet's weights 20180402-114759: the embedding of the test "
            f"picture differs from the known one (cosine {cosine:.3f})."
        )
    openvino().save_model(model, str(folder / NETWORK), compress_to_fp16=False)
    return {name: version(name) for name in ("keras", "keras-facenet", "openvino")}


def _require_tensors(weights: Path) -> None:
    """Check that the file is complete before loading TensorFlow, which takes ten seconds."""
    import h5py  # type: ignore[import-untyped]  # noqa: PLC0415 - only this process needs it

    found = []
    try:
        with h5py.File(weights, "r") as file:
            file.visititems(lambda _, item: found.append(item.size) if hasattr(item, "dtype") else None)
    except (OSError, RuntimeError) as error:
        raise ModelFileError(f"{weights} is damaged or incomplete: {error}.") from error
    if len(found) != _TENSORS:
        raise ModelFileError(f"{weights} contains {len(found)} tensors instead of FaceNet's {_TENSORS}.")


def _keras_network(weights: Path) -> Any:
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1  # noqa: PLC0415 - loads TensorFlow

    network = InceptionResNetV1(input_shape=(None, None, 3), classes=DIMENSION)
    try:
        network.load_weights(str(weights))  # Keras compares the shapes of all tensors
    except (ValueError, OSError, KeyError) as error:
        raise ModelFileError(f"{weights} does not fit FaceNet's network: {error}") from error
    return network


def _converted(network: Any) -> Any:
    """The network as ``ov.Model`` from RGB uint8 ``(N, 160, 160, 3)`` to unit-length float32 ``(N, 512)``."""
    import tensorflow as tf  # noqa: PLC0415 - only this process may

    openvino()  # first, because it disables OpenVINO's telemetry
    from openvino.tools.ovc import convert_model  # noqa: PLC0415 - only this process converts

    def embed(crops: Any) -> Any:
        # keras-facenet 0.3.2, FaceNet._normalize, for models with fixed_image_standardization.
        return network((tf.cast(crops, tf.float32) - np.float32(127.5)) / np.float32(127.5), training=False)

    crops = tf.TensorSpec((None, CROP_SIDE, CROP_SIDE, 3), tf.uint8, name="crops")
    return convert_model(tf.function(embed, input_signature=[crops]))


def _step(done: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """End when the standard input does, which the parent keeps open."""
    os.read(0, 1)  # not through sys.stdin, whose lock would be in the way at a normal end
    os._exit(1)


def main() -> int:
    """Convert the file given on the command line, and return the exit status."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
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
