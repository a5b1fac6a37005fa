"""Reads the weights of MTCNN's three networks from the installed ``mtcnn`` package."""

from __future__ import annotations

import hashlib
import io
import pickle
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import lz4.frame
import numpy as np
from numpy.typing import NDArray

from face_detection.errors import ModelFileError
from face_detection.runtime.reinstall import reinstall

MtcnnNetwork = Literal["pnet", "rnet", "onet"]
Weights = list[NDArray[np.float32]]

SHA256 = {
    "pnet": "ea6b0c3e685ebee3165326ad6484acc95f2ef78f1c94fbf40a55704fa989f7b5",
    "rnet": "cb00e6460f3c98b0bfafaba3c0a0ded4bdf6e62cee7174d969e8670d7e757fee",
    "onet": "94f6ea2f4cf985275ee958cdd762d17b6009348a4fb9d8c6be39ba73ffd22ca3",
}
"""SHA-256 of the files in ``mtcnn`` 1.0.0, checked before anything is unpacked."""

REMEDY = reinstall("mtcnn==1.0.0")


def weights_folder() -> Path:
    """The folder of weights in the ``mtcnn`` package, found without importing it and so TensorFlow.

    Raises:
        ModelFileError: the package is not installed.
    """
    spec = find_spec("mtcnn")
    if spec is None or not spec.submodule_search_locations:
        raise ModelFileError(
            f"The package mtcnn, which contains the detector's weights, is missing. {REMEDY}"
        )
    return Path(spec.submodule_search_locations[0]) / "assets" / "weights"


def read_weights(network: MtcnnNetwork, folder: Path | None = None) -> Weights:
    """Read the weights of one network in the order of its layers.

    Args:
        network: ``pnet``, ``rnet`` or ``onet``.
        folder: the folder of the ``.lz4`` files; None means the installed package.

    Returns:
        float32 arrays: convolutions ``(kh, kw, in, out)``, PReLU slopes, dense layers ``(in, out)``,
        biases.

    Raises:
        ModelFileError: the file is missing, or is not that of ``mtcnn`` 1.0.0.
    """
    path = (weights_folder() if folder is None else folder) / f"{network}.lz4"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"The detector's weights {path} can't be read: {error}. {REMEDY}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256[network]:
        raise ModelFileError(
            f"The detector's weights {path} ({len(data):,} bytes) have the SHA-256 {digest[:12]}… instead "
            f"of {SHA256[network][:12]}…: the file is damaged or from another version. {REMEDY}"
        )
    return _unpacked(data)


def _unpacked(data: bytes) -> Weights:
    """The tensors in a file written by joblib with LZ4 compression.

    Importing joblib would take a fifth of the time in which all networks are loaded. Its format is a pickle
    in which the data of each array follow its description, after one byte with the length of the padding.
    """
    stream = io.BytesIO(lz4.frame.decompress(data))

    class Described:
        """An array's description, which reads the array once it is complete."""

        tensor: NDArray[np.float32]

        def __setstate__(self, state: dict[str, Any]) -> None:
            stream.seek(stream.read(1)[0], io.SEEK_CUR)
            size = state["dtype"].itemsize * int(np.prod(state["shape"]))
            flat = np.frombuffer(stream.read(size), state["dtype"])
            self.tensor = flat.reshape(state["shape"], order=state["order"])

    known = {
        ("joblib.numpy_pickle", "NumpyArrayWrapper"): Described,
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            return known[module, name]

    return [described.tensor for described in Unpickler(stream).load()]
