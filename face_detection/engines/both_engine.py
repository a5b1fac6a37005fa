"""The engine ``both``, which combines FaceNet's and dlib's embeddings in one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from face_detection.dlib.engine import DlibEngine
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import Engine
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo

BOTH = "both-1"

DLIB_WEIGHT = 0.9
"""Weight of dlib's cosine in the sum; FaceNet's has the rest. Impostor scores spread about a fifth as far
with dlib as with FaceNet, so this makes both count nearly equally. From 0.7 to 0.95 all rates are the same
within their confidence intervals (docs/engines.md)."""


class BothEngine(Engine):
    """FaceNet and dlib's network combined, 640 values.

    The two use different crops and were trained on different people, so their false matches rarely coincide.
    The cosine of two combined embeddings is the weighted sum of the two cosines (score-level fusion).
    """

    name: ClassVar[str] = BOTH
    dimension: ClassVar[int] = FaceNetEngine.dimension + DlibEngine.dimension

    def __init__(self, runtime: Runtime, models: Path) -> None:
        self._parts: tuple[tuple[float, Engine], ...] = (
            (math.sqrt(1 - DLIB_WEIGHT), FaceNetEngine(runtime, models)),
            (math.sqrt(DLIB_WEIGHT), DlibEngine(runtime, models)),
        )

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """See the base class."""
        return np.concatenate(
            [np.float32(scale) * engine.embed(photo, faces) for scale, engine in self._parts], axis=1
        )

    def load(self) -> None:
        """See the base class."""
        for _, engine in self._parts:
            engine.load()
