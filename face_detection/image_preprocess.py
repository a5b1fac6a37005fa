"""Crops and aligns faces as the networks' training data were."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.values import Pixels

# Templates for alignment: left eye, right eye, nose, left and right corner of the mouth, as seen in the
# image; x, y in pixels of the chip.
#
# In the 150x150 chip that dlib's descriptor was trained on, measured on photos with both dlib's own alignment
# and MTCNN's landmarks.
DLIB_TEMPLATE = np.array(
    [[47.4, 45.1], [100.9, 45.0], [73.5, 77.3], [50.0, 102.6], [99.1, 102.4]], np.float32
)
# In the 128x128 chip of face-reidentification-retail-0095: the relative positions in the model's README in
# Open Model Zoo, times 128.
RETAIL_TEMPLATE = 128 * np.array(
    [
        [0.31556875, 0.46157410],
        [0.68262292, 0.46157410],
        [0.50026249, 0.64050537],
        [0.34947187, 0.82469196],
        [0.65343645, 0.82325089],
    ],
    np.float32,
)

LINEAR_SHRINKS_TO = 0.5
"""Linear interpolation reads 2x2 pixels, so it would skip pixels when downscaling further than this."""

Transform = NDArray[np.float64]


def similarity_transform(source: NDArray[np.float32], target: NDArray[np.float32]) -> Transform:
    """The least-squares similarity transform (rotation, scale, translation; no reflection) between points.

    Source: Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", IEEE TPAMI 13(4), 1991.

    Args:
        source: ``(K, 2)`` float32 x, y, at least two different points.
        target: ``(K, 2)`` float32 x, y.

    Returns:
        ``(2, 3)`` float64: ``target ~ transform[:, :2] @ source + transform[:, 2]``.

    Raises:
        ValueError: the shapes differ, or all source points are the same.
    """
    if source.shape != target.shape or source.ndim != 2 or source.shape[1] != 2:
        raise ValueError(f"expected two arrays (K, 2), got {source.shape} and {target.shape}")
    # In the plane, points are complex numbers, and rotation and scale together are another one.
    a, b = ([complex(x, y) for x, y in points.tolist()] for points in (source, target))
    from_centre, to_centre = sum(a) / len(a), sum(b) / len(b)
    spread = sum(abs(point - from_centre) ** 2 for point in a)
    if spread <= 0:
        raise ValueError(f"all {len(source)} points coincide, so there is no transform")
    turn = sum((p - from_centre).conjugate() * (q - to_centre) for p, q in zip(a, b, strict=True)) / spread
    move = to_centre - turn * from_centre
    return np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])


def aligned_chip(
    pixels: Pixels, landmarks: NDArray[np.float32], template: NDArray[np.float32], side: int
) -> Pixels:
    """Align a face by its landmarks with a template.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        landmarks: ``(5, 2)`` float32 x, y in ``pixels``.
        template: ``(5, 2)`` float32 x, y in the chip.
        side: side of the chip in pixels.

    Returns:
        RGB uint8 ``(side, side, 3)``; areas outside the photo are black.
    """
    transform = similarity_transform(landmarks, template)
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if scale < LINEAR_SHRINKS_TO:
        pixels, transform = _shrunk_around(pixels, transform, scale, side)
    chip = cv2.warpAffine(pixels, transform, (side, side), flags=cv2.INTER_LINEAR)
    return np.asarray(chip, np.uint8)


def _shrunk_around(pixels: Pixels, transform: Transform, scale: float, side: int) -> tuple[Pixels, Transform]:
    """The region of the chip, downscaled by area averaging to about the chip's scale, and its transform."""
    inverse = cv2.invertAffineTransform(transform)
    corners = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]]) @ inverse.T
    height, width = pixels.shape[:2]
    x1, y1 = np.clip(np.floor(corners.min(axis=0)), 0, [width - 1, height - 1]).astype(int)
    x2, y2 = np.clip(np.ceil(corners.max(axis=0)), [x1 + 1, y1 + 1], [width, height]).astype(int)
    size = max(1, round((x2 - x1) * scale)), max(1, round((y2 - y1) * scale))
    shrunk = cv2.resize(pixels[y1:y2, x1:x2], size, interpolation=cv2.INTER_AREA)
    step_x, step_y = (x2 - x1) / size[0], (y2 - y1) / size[1]
    # Pixel centres have integer coordinates; a new centre is in the middle of those it averages.
    back = np.array([[step_x, 0, x1 + (step_x - 1) / 2], [0, step_y, y1 + (step_y - 1) / 2], [0, 0, 1]])
    return np.asarray(shrunk, np.uint8), transform @ back


def square_crop(pixels: Pixels, box: NDArray[np.float32], side: int = 160, margin: float = 1.2) -> Pixels:
    """Crop a square around a box, without rotation, and scale it.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        box: ``(4,)`` float32 x1, y1, x2, y2 in ``pixels``; may extend beyond the edge.
        side: side of the crop in pixels.
        margin: side of the square relative to the longer edge of the box.

    Returns:
        RGB uint8 ``(side, side, 3)``; areas outside the photo are black, which changes the embeddings of
        cut-off faces least (docs/engines.md).

    Raises:
        ValueError: the box is empty or outside the photo.
    """
    x1, y1, x2, y2 = (float(value) for value in box)
    length = max(1, round(max(x2 - x1, y2 - y1) * margin))
    left, top = round((x1 + x2 - length) / 2), round((y1 + y2 - length) / 2)
    height, width = pixels.shape[:2]
    x_from, x_to = max(0, left), min(width, left + length)
    y_from, y_to = max(0, top), min(height, top + length)
    if x2 <= x1 or y2 <= y1 or x_from >= x_to or y_from >= y_to:
        raise ValueError(f"the box {x1:.0f}, {y1:.0f}, {x2:.0f}, {y2:.0f} is not in a {width}x{height} photo")
    around = y_from - top, top + length - y_to, x_from - left, left + length - x_to
    inside = pixels[y_from:y_to, x_from:x_to]
    square = cv2.copyMakeBorder(inside, *around, cv2.BORDER_CONSTANT)
    method = cv2.INTER_AREA if length > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(square, (side, side), interpolation=method), np.uint8)
