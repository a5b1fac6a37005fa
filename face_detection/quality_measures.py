"""What can be measured on one face of a photo, in units that do not depend on its size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.image_preprocess import aligned_chip
from face_detection.values import Face, Photo

CHIP_SIDE = 96
"""Side in pixels of the upright face that light and sharpness are measured on: the eyes are 34 px apart,
about what an engine's input has left after its first layers."""

SKIN_ROWS = slice(16, 84)
SKIN_COLUMNS = slice(16, 80)
"""From the brows to the chin and from cheek to cheek of that chip: hair and background stay out of it."""

BLOWN = 250
"""Luminance (0 to 255) from which a pixel says nothing any more but "white"."""

SMOOTHING = 1.0
"""Standard deviation in pixels of the chip that details are smoothed by, so that grain does not count."""

GRAIN_LEFT = 0.0403
"""Variance that white noise of variance 1 has left after the smoothing and a second difference."""

FLATNESS = 25.0
"""Added to a face's variance of luminance (typically 400 to 3,600), so that no flat face looks sharp."""


@dataclass(frozen=True)
class FaceMeasures:
    """One face in numbers.

    Attributes:
        side: longer side of the box in pixels of the decoded photo, which is all that an engine gets.
        visible: share of the box that lies inside the photo.
        landmarks_inside: whether all five landmarks lie inside the photo.
        brightest: luminance (0 to 255) that the brightest twentieth of the face exceeds.
        blown: share of the face that is white beyond telling.
        sharpness: fine detail along the axis that has less of it, so that a shake in one direction shows
            too, in thousandths of the face's contrast; about 8 in a good photo.
        turn: how far the nose stands to the side, in distances between eyes and mouth corners; 0 from the
            front, 1 about from the side.
        nod: how far down between eyes and mouth the nose stands; about 0.55 from the front.
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
        photo: where it was found.
        face: with its landmarks.
    """
    turn, nod = pose(face.landmarks)
    skin = _skin(photo, face)
    return FaceMeasures(
        side=max(face.width, face.height),
        visible=_visible(photo, face),
        landmarks_inside=_landmarks_inside(photo, face),
        brightest=float(np.percentile(skin, 95)),
        blown=float((skin >= BLOWN).mean()),
        sharpness=sharpness(skin),
        turn=turn,
        nod=nod,
    )


def pose(landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Where the nose stands in the frame that eyes and mouth span.

    A turn of the head moves the nose, which stands out of the plane of eyes and mouth; rolling the head,
    moving or scaling the photo does not.

    Args:
        landmarks: ``(5, 2)`` x, y as in `Face`.

    Returns:
        The share across and the share down; infinite where the four points span no frame.
    """
    left_eye, right_eye, nose, left_mouth, right_mouth = landmarks.astype(np.float64)
    across = ((right_eye - left_eye) + (right_mouth - left_mouth)) / 2
    eyes, mouth = (left_eye + right_eye) / 2, (left_mouth + right_mouth) / 2
    frame = np.column_stack([across, mouth - eyes])
    if abs(np.linalg.det(frame)) < 1e-6:
        return float("inf"), float("inf")
    turn, nod = np.linalg.solve(frame, nose - eyes)
    return float(turn), float(nod)


def sharpness(luminance: NDArray[np.uint8]) -> float:
    """Fine detail in thousandths of the contrast, along the axis that has less of it.

    The variance of second differences, as in the well-known variance of the Laplacian, but for each axis
    by itself, after smoothing, less what the grain that was measured leaves behind, and over the variance
    of the whole, so that neither light, contrast nor grain counts as sharp.

    Args:
        luminance: uint8 ``(H, W)``.
    """
    values = luminance.astype(np.float32)
    smooth = cv2.GaussianBlur(values, (0, 0), SMOOTHING)
    step = np.array([[1, -2, 1]], np.float32)
    grain = GRAIN_LEFT * _grain(values) ** 2
    details = [float(cv2.filter2D(smooth, -1, kernel)[2:-2, 2:-2].var()) for kernel in (step, step.T)]
    return max(0.0, min(details) - grain) / (float(values.var()) + FLATNESS) * 1000


def _grain(values: NDArray[np.float32]) -> float:
    """Standard deviation of a photo's noise, by the median of what no smooth surface or edge has.

    Source: Immerkaer, "Fast noise variance estimation", CVIU 64(2), 1996, with the median in place of
    the mean, which texture pulls up.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(values, -1, mask)[1:-1, 1:-1])
    return float(np.median(response)) / 0.6745 / 6


def _skin(photo: Photo, face: Face) -> NDArray[np.uint8]:
    """Luminance of the face itself, upright and at one size."""
    try:
        chip = aligned_chip(photo.pixels, face.landmarks, CHIP_SIDE)
    except ValueError:  # all five landmarks in one place
        chip = np.zeros((CHIP_SIDE, CHIP_SIDE, 3), np.uint8)
    return np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)[SKIN_ROWS, SKIN_COLUMNS], np.uint8)


def _visible(photo: Photo, face: Face) -> float:
    x1, y1, x2, y2 = (float(value) for value in face.box)
    width = max(0.0, min(x2, photo.width) - max(x1, 0.0))
    height = max(0.0, min(y2, photo.height) - max(y1, 0.0))
    area = (x2 - x1) * (y2 - y1)
    return width * height / area if area > 0 else 0.0


def _landmarks_inside(photo: Photo, face: Face) -> bool:
    corner = np.array([photo.width - 1, photo.height - 1])
    return bool(((face.landmarks >= 0) & (face.landmarks <= corner)).all())
