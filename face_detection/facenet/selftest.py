"""Verifies FaceNet's weights by the known embedding of a test picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_detection.values import Pixels

LEAST_COSINE = 0.999
"""Minimum cosine: f32, f16 storage and bf16 exceed it; other weights stay far below."""

# The embedding of the picture below by keras-facenet 0.3.2 with the weights 20180402-114759 on TensorFlow
# 2.21 in f32, as sums of 16 consecutive values each.
_SUMS = np.array(
    [
        0.0582,
        0.0881,
        0.0110,
        -0.0271,
        0.0261,
        -0.1198,
        -0.0951,
        0.1961,
        -0.3430,
        0.1423,
        -0.0934,
        0.3577,
        0.0241,
        0.1264,
        0.2408,
        -0.0938,
        0.2308,
        0.0963,
        -0.0124,
        -0.0013,
        0.4988,
        0.0641,
        -0.0066,
        0.0809,
        -0.0470,
        0.0913,
        0.1296,
        -0.2332,
        0.2706,
        0.2310,
        -0.0903,
        -0.0969,
    ],
    np.float32,
)


def known_picture() -> Pixels:
    """A pattern of rings and stripes, RGB uint8 ``(1, 160, 160, 3)``, identical on all machines."""
    y, x = np.mgrid[0:160, 0:160]
    rings = (x - 80) ** 2 + (y - 70) ** 2
    planes = [rings // 24, 3 * x + rings // 60, 2 * y + rings // 90]
    return np.stack([plane % 256 for plane in planes], axis=-1).astype(np.uint8)[None]


def sums(embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of 16 consecutive values: ``(512,)`` float32 to ``(32,)`` float32."""
    return np.asarray(embedding.reshape(32, 16).sum(axis=1), np.float32)


def agreement(embedding: NDArray[np.float32]) -> float:
    """Cosine of an embedding of the test picture, ``(512,)`` float32, with the known one."""
    shortened = sums(embedding)
    return float(shortened @ _SUMS / (np.linalg.norm(shortened) * np.linalg.norm(_SUMS)))
