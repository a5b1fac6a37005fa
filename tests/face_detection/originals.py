"""What is compared with the originals, and where they write their answers."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from face_detection.values import Face, Photo

PICTURES = "pictures"  # the folder of what MTCNN reads and finds
DONE = "done"  # a file, once all is computed
SMALLEST_FACE = 20  # pixels
COLLINS = np.array([167, 62, 280, 194], np.float32)
HOPPER = np.array([182, 128, 325, 320], np.float32)


def pixels(data: bytes) -> Photo:
    """A photo as Pillow decodes it."""
    decoded = np.array(Image.open(io.BytesIO(data)).convert("RGB"))
    return Photo(decoded, (decoded.shape[0], decoded.shape[1]))


def face(box: np.ndarray) -> Face:
    """A face of which only the box is known."""
    return Face(box.astype(np.float32), 0.99, np.zeros((5, 2), np.float32))
