"""Measures the quality of one face, in units independent of the photo's size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.image_preprocess import DLIB_TEMPLATE, aligned_chip
from face_detection.values import Face, Photo

CHIP_SIDE = 96
"""Side in pixels of the aligned chip on which light and sharpness are measured: the eyes are 34 px apart,
about the detail that remains after an engine's first layers."""

SKIN_TEMPLATE = DLIB_TEMPLATE * (CHIP_SIDE / 150)
"""Where the landmarks are in that chip."""

SKIN_ROWS = slice(16, 84)
SKIN_COLUMNS = slice(16, 80)
"""From the eyebrows to the chin and from cheek to cheek of the chip, without hair and background."""

BLOWN = 250
"""Luminance (0 to 255) from which a pixel counts as overexposed."""

SMOOTHING = 1.0
"""Standard deviation of the Gaussian blur in pixels of the chip, which keeps noise out of the sharpness."""

RESIDUAL_NOISE = 0.0403
"""Variance of white noise of variance 1 after the blur and a second difference."""

FLATNESS = 25.0
"""Added to a face's variance of luminance (typically 400 to 3,600), so that flat faces aren't sharp."""

_STEP = np.array([[1, -2, 1]], np.float32)  # a second difference
_LAPLACIANS = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)  # the difference of two


@dataclass(frozen=True)
class FaceMeasures:
    """The measures of one face.

    Attributes:
        side: longer side of the box in pixels of the decoded photo.
        visible: fraction of the box inside the photo.
        landmarks_inside: whether all five landmarks are inside the photo.
        brightest: 95th percentile of the face's luminance, 0 to 255.
        blown: fraction of the face that is overexposed.
        sharpness: fine detail along the axis that has less, which also reveals motion blur in one
            direction, in thousandths of the face's contrast; about 8 in a good photo.
        turn: yaw: horizontal position of the nose relative to the distance between the eyes; 0 is frontal,
            about 1 is a profile.
        nod: pitch: vertical position of the nose between eyes (0) and mouth (1); about 0.55 is frontal.
    """

    side: float
    visible: float
    landmarks_inside: bool
    brightest: float
    blown: float
    sharpness: float
    turn: float
    nod: float


def measure(photo: Photo, face: Face) -> FaceMeasures:
    """Measure a face.

    Args:
        photo: the photo in which it was detected.
        face: the face with its landmarks.
    """
    turn, nod = pose(face.landmarks)
    skin = _skin(photo, face)
    counts = np.bincount(skin.ravel(), minlength=256)
    return FaceMeasures(
        side=max(face.width, face.height),
        visible=_visible(photo, face),
        landmarks_inside=_landmarks_inside(photo, face),
        brightest=percentile(counts, 0.95),
        blown=float(counts[BLOWN:].sum()) / skin.size,
        sharpness=sharpness(skin),
        turn=turn,
        nod=nod,
    )


def pose(landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """The position of the nose in the coordinate system of eyes and mouth.

    Yaw and pitch move the nose, which protrudes from the plane of eyes and mouth; roll, translation and scale
    do not.

    Args:
        landmarks: ``(5, 2)`` float32 x, y as in `Face`.

    Returns:
        ``turn`` and ``nod`` as in `FaceMeasures`; infinite if the four points are degenerate.
    """
    left_eye, right_eye, nose, left_mouth, right_mouth = (complex(x, y) for x, y in landmarks.tolist())
    across = ((right_eye - left_eye) + (right_mouth - left_mouth)) / 2
    eyes, mouth = (left_eye + right_eye) / 2, (left_mouth + right_mouth) / 2
    down, to_nose = mouth - eyes, nose - eyes
    area = _cross(across, down)
    if abs(area) < 1e-6:
        return math.inf, math.inf
    return _cross(to_nose, down) / area, _cross(across, to_nose) / area


def _cross(a: complex, b: complex) -> float:
    """The area that two vectors span, with its sign."""
    return a.real * b.imag - a.imag * b.real


def percentile(counts: NDArray[np.intp], fraction: float) -> float:
    """A percentile of whole numbers, linear between neighbours as NumPy's, in a fraction of the time.

    Args:
        counts: how often each number from 0 on occurs; at least one does.
        fraction: 0 to 1.
    """
    up_to = np.cumsum(counts)
    place = fraction * (int(up_to[-1]) - 1)
    below, above = np.searchsorted(up_to, [int(place), math.ceil(place)], side="right").tolist()
    return float(below + (above - below) * (place - int(place)))


def sharpness(luminance: NDArray[np.uint8]) -> float:
    """Fine detail along the axis that has less, in thousandths of the contrast.

    Based on the variance of the Laplacian, but separately for each axis, after a blur, without the residual
    noise, and relative to the total variance, so that light, contrast and noise don't count as sharpness.

    Args:
        luminance: uint8 ``(H, W)``.
    """
    values = luminance.astype(np.float32)
    smooth = cv2.GaussianBlur(values, (0, 0), SMOOTHING)
    noise = RESIDUAL_NOISE * _noise(values) ** 2
    details = [_variance(cv2.filter2D(smooth, -1, kernel)[2:-2, 2:-2]) for kernel in (_STEP, _STEP.T)]
    return max(0.0, min(details) - noise) / (_variance(values) + FLATNESS) * 1000


def _variance(values: NDArray[Any]) -> float:
    return float(cv2.meanStdDev(values)[1][0, 0]) ** 2


def _noise(values: NDArray[np.float32]) -> float:
    """The standard deviation of a photo's noise.

    Source: Immerkaer, "Fast noise variance estimation", CVIU 64(2), 1996, with the median instead of the
    mean, which texture would increase.
    """
    response = np.abs(cv2.filter2D(values, -1, _LAPLACIANS)[1:-1, 1:-1]).ravel()
    middle = (len(response) - 1) // 2, len(response) // 2
    return float(np.partition(response, middle)[list(middle)].mean()) / 0.6745 / 6


def _skin(photo: Photo, face: Face) -> NDArray[np.uint8]:
    """Luminance of the aligned face without hair and background: uint8 ``(68, 64)``."""
    try:
        chip = aligned_chip(photo.pixels, face.landmarks, SKIN_TEMPLATE, CHIP_SIDE)
    except ValueError:  # all five landmarks coincide
        chip = np.zeros((CHIP_SIDE, CHIP_SIDE, 3), np.uint8)
    return np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)[SKIN_ROWS, SKIN_COLUMNS], np.uint8)


def _visible(photo: Photo, face: Face) -> float:
    x1, y1, x2, y2 = face.box.tolist()
    width = max(0.0, min(x2, photo.width) - max(x1, 0.0))
    height = max(0.0, min(y2, photo.height) - max(y1, 0.0))
    area = (x2 - x1) * (y2 - y1)
    return width * height / area if area > 0 else 0.0


def _landmarks_inside(photo: Photo, face: Face) -> bool:
    right, bottom = photo.width - 1, photo.height - 1
    return all(0 <= x <= right and 0 <= y <= bottom for x, y in face.landmarks.tolist())
