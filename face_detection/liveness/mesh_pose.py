"""The head's pose by the points of the face mesh that do not move with the face's expression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.face_mesh import MeshPoints
from face_detection.liveness.values import HeadPose

# Numbers of points in MediaPipe's canonical face model (Apache-2.0): forehead, temples, ends of the
# brows, corners of the eyes, cheekbones, sides of the nose. First those on the right of the person, which is
# on the left as seen in the image, then the same on the left.
RIGHT_SIDE = (67, 103, 54, 21, 162, 127, 234, 70, 33, 133, 117, 50, 129)
LEFT_SIDE = (297, 332, 284, 251, 389, 356, 454, 300, 263, 362, 346, 280, 358)

# Pairs and points of the middle of the face, from top to bottom.
UPPER = (10, 151, 9, 54, 284, 103, 332, 67, 297)
LOWER = (2, 164, 129, 358, 50, 280)

EYES = ((33, 133), (263, 362))
"""The corners of each eye, the one that is on the left in the image first."""

NOSE_TIP, MOUTH = 1, (61, 291)

LEAST_DEPTH = 0.05
"""Cosine of the angle to the camera below which a head counts as turned that far: the tangent stays
finite."""


def pose_of_mesh(points: MeshPoints) -> HeadPose:
    """The pose of a head by its mesh.

    The direction from one side of the face to the other and the one from top to bottom, each averaged over
    many points, span the plane that the face looks out of.

    Args:
        points: ``(468, 3)`` float32 as `FaceMesh.points` returns them.
    """
    across = points[list(LEFT_SIDE)].mean(axis=0) - points[list(RIGHT_SIDE)].mean(axis=0)
    down = points[list(LOWER)].mean(axis=0) - points[list(UPPER)].mean(axis=0)
    away = _unit(np.cross(across.astype(np.float64), down.astype(np.float64)))
    depth = max(LEAST_DEPTH, float(away[2]))
    return HeadPose(float(-away[0]) / depth, float(away[1]) / depth)


def landmarks_of_mesh(points: MeshPoints) -> NDArray[np.float32]:
    """The five points that the detector finds, too, which are steadier here where a head is turned far.

    Args:
        points: ``(468, 3)`` float32 as `FaceMesh.points` returns them.

    Returns:
        ``(5, 2)`` float32 in pixels of the network's input, in the order of the landmarks of `Face`.
    """
    eyes = [points[list(corners), :2].mean(axis=0) for corners in EYES]
    return np.asarray([*eyes, *points[[NOSE_TIP, *MOUTH], :2]], np.float32)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), np.finfo(np.float64).tiny))
