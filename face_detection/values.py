"""The values of the pipeline from photo to embedding."""

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
        original_size: ``(height, width)`` of the file in pixels, upright; larger than ``pixels`` if it was
            downscaled during decoding.
    """

    pixels: Pixels
    original_size: tuple[int, int]

    @property
    def height(self) -> int:
        """Height of ``pixels``."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Width of ``pixels``."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, eq=False)
class Face:
    """One detected face, in pixel coordinates of its photo.

    Attributes:
        box: ``(4,)`` float32 ``x1, y1, x2, y2``; may extend beyond the photo.
        confidence: the detector's, 0 to 1.
        landmarks: ``(5, 2)`` float32 ``x, y``: left eye, right eye, nose, left and right corner of
            the mouth; left and right as seen in the image.
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
    """The result of reading one photo.

    Attributes:
        photo: the decoded photo, turned so that its face is upright.
        faces: the detected faces, largest first; some of those may be missing that are too small to matter.
        face: the face to use, or None if there is none.
        problems: why the photo can't be used, the most helpful to fix first; empty if there is an
            ``embedding``.
        quality: 0 to 1, comparable within one engine and detector; 0 if there is no face.
        embedding: ``(D,)`` float32 of length 1, or None if there are problems.
        quarters: quarter turns anticlockwise by which the photo was turned.
    """

    photo: Photo
    faces: tuple[Face, ...]
    face: Face | None
    problems: tuple[PhotoProblem, ...]
    quality: float
    embedding: Embedding | None
    quarters: int = 0
