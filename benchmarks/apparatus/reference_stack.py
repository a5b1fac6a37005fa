"""The reference stack: the ``mtcnn`` package, then keras-facenet's crop and embeddings."""

from __future__ import annotations

import os
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.apparatus.face_folder import BenchmarkError

KEY = "20180402-114759"


class ReferenceStack:
    """keras-facenet as its users call it; loads TensorFlow.

    Args:
        weights: its weights file; None means that keras-facenet downloads it.
    """

    def __init__(self, weights: Path | None) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from keras_facenet import FaceNet  # noqa: PLC0415 - takes seconds and hundreds of megabytes

        # Keras draws a progress bar for each photo, which would add to the time.
        import_module("keras.utils").disable_interactive_logging()
        self._facenet: Any = FaceNet() if weights is None else _with_weights(FaceNet, weights)

    def embed(self, data: bytes) -> NDArray[np.float32]:
        """The embedding of the largest face in a photo file: ``(512,)`` float32.

        Raises:
            BenchmarkError: it finds no face.
        """
        pixels = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
        _, crops = self._facenet.crop(pixels)
        if not crops:
            raise BenchmarkError("the reference stack finds no face in the photo")
        return np.asarray(self._facenet.embeddings(crops[:1])[0], dtype=np.float32)

    def embed_all(self, data: bytes) -> NDArray[np.float32]:
        """The embeddings of all faces in a photo file, computed one by one: ``(N, 512)`` float32.

        Raises:
            BenchmarkError: it finds no face.
        """
        pixels = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
        _, crops = self._facenet.crop(pixels)
        if not crops:
            raise BenchmarkError("the reference stack finds no face in the photo")
        return np.concatenate([self._facenet.embeddings([crop]) for crop in crops]).astype(np.float32)


def _with_weights(facenet: Any, weights: Path) -> Any:
    """A ``FaceNet`` with weights from a file instead of a download."""
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1  # noqa: PLC0415
    from keras_facenet.metadata import MODEL_METADATA  # noqa: PLC0415

    wrapper = facenet.__new__(facenet)
    wrapper.metadata = MODEL_METADATA[KEY]
    wrapper.model = InceptionResNetV1(classes=wrapper.metadata["dimensions"])
    wrapper.model.load_weights(str(weights))
    return wrapper
