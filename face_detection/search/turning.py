"""Turns photos and faces by quarter turns, anticlockwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.stages import QUARTERS
from face_detection.values import Face, Photo


def turned(photo: Photo, quarters: int) -> Photo:
    """The photo after some quarter turns anticlockwise.

    Args:
        photo: any photo.
        quarters: how many; negative ones are clockwise.
    """
    if quarters % QUARTERS == 0:
        return photo
    height, width = photo.original_size
    size = (width, height) if quarters % 2 else (height, width)
    return Photo(np.ascontiguousarray(np.rot90(photo.pixels, quarters)), size)


def turned_face(face: Face, quarters: int, photo: Photo) -> Face:
    """The same face in the turned photo.

    Args:
        face: a face in coordinates of ``photo``.
        quarters: as for `turned`.
        photo: the photo before it is turned.

    Returns:
        The face, with its landmarks in their order: after half a turn the left eye of an upright face is on
        the right, as seen in the image.
    """
    if quarters % QUARTERS == 0:
        return face
    corners = turned_points(face.box.reshape(2, 2), quarters, photo)
    box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
    return Face(box, face.confidence, turned_points(face.landmarks, quarters, photo))


def turned_points(points: NDArray[np.float32], quarters: int, photo: Photo) -> NDArray[np.float32]:
    """Points in the coordinates of the turned photo.

    Args:
        points: ``(N, 2)`` float32 x, y in coordinates of ``photo``.
        quarters: as for `turned`.
        photo: the photo before it is turned.
    """
    height, width = photo.height, photo.width
    for _ in range(quarters % QUARTERS):
        points = np.stack([points[:, 1], width - 1 - points[:, 0]], axis=1)
        height, width = width, height
    return np.asarray(points, np.float32)
