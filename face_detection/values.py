"""The values that travel from photo to embedding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.problems import PhotoProblem

Pixels = NDArray[np.uint8]
Embedding = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo, upright.

    Attributes:
        pixels: RGB uint8 ``(H, W, 3)``, C-contiguous.
        original_size: ``(height, width)`` in pixels that the file declares, upright; larger than
            ``pixels`` where the decoder shrank while decoding.
    """

    pixels: Pixels
    original_size: tuple[int, int]

    @property
    def height(self) -> int:
        """Rows of ``pixels``."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of ``pixels``."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, eq=False)
class Face:
    """One detected face, in the pixel coordinates of the photo it was found in.

    Attributes:
        box: ``(4,)`` float32 ``x1, y1, x2, y2``; may reach over the photo's edge.
        confidence: 0 to 1, the detector's own.
        landmarks: ``(5, 2)`` float32 ``x, y``: left eye, right eye, nose, left and right corner of
            the mouth, left and right as seen in the image.
    """

    box: NDArray[np.float32]
    confidence: float
    landmarks: NDArray[np.float32]

    @property
    def width(self) -> float:
        """Width of the box in pixels."""
        return float(self.box[2] - self.box[0])

    @property
    def height(self) -> float:
        """Height of the box in pixels."""
        return float(self.box[3] - self.box[1])


@dataclass(frozen=True, eq=False)
class Probe:
    """All that was read from one photo.

    Attributes:
        photo: the decoded photo.
        faces: every face found, largest first.
        face: the face that counts, or None where there is none.
        problems: what stands against using the photo, the most helpful to fix first; empty means
            that ``embedding`` is there.
        quality: 0 to 1, comparable within one engine and detector; 0 where there is no face.
        embedding: ``(D,)`` float32 of length 1, or None where there are problems.
    """

    photo: Photo
    faces: tuple[Face, ...]
    face: Face | None
    problems: tuple[PhotoProblem, ...]
    quality: float
    embedding: Embedding | None
