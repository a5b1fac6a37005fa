"""MediaPipe's face mesh: 468 points of a face in three dimensions, from one picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.mesh_file import mesh_file
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.runtime.small_network import SmallNetwork
from face_detection.values import Face, Photo, Pixels

SIDE = 192
"""Side in pixels of the network's input."""

REACH = 1.5
"""Side of the square that the network sees, relative to the longer side of MTCNN's box; as in MediaPipe."""

POINTS = 468

PRESENT = 0.5
"""Least probability that the square shows a face; MediaPipe's own limit."""

MeshPoints = NDArray[np.float32]


class FaceMesh:
    """Finds the points of a face's surface; thread-safe.

    Source: Kartynnik et al., "Real-time facial surface geometry from monocular video on mobile GPUs", CVPR
    Workshop on Computer Vision for Augmented and Virtual Reality, 2019.

    The network computes in f32 on a CPU: its outputs are pixels, which bf16 would round to whole ones. There
    it runs in one thread, which takes three quarters of the processor time of two.

    Args:
        runtime: runs the network.

    Raises:
        ModelFileError: the network's file is missing or not the published one.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._network: SmallNetwork = runtime.compile_small(mesh_file())

    def points(self, photo: Photo, face: Face) -> MeshPoints | None:
        """The points of one face.

        Args:
            photo: the photo in which the face was detected.
            face: the face.

        Returns:
            ``(468, 3)`` float32 x, y, z in pixels of the network's input, in which the eyes are level; z
            grows away from the camera and is relative to the middle of the head. None if the network sees no
            face.
        """
        square = upright_square(photo.pixels, face)
        mesh, presence = self._network(np.ascontiguousarray(square[np.newaxis], np.float32) / np.float32(255))
        if not _probability(float(presence.item())) >= PRESENT:
            return None
        return mesh.reshape(POINTS, 3)


def upright_square(pixels: Pixels, face: Face) -> Pixels:
    """Crop the square around a face that the network sees, turned so that the eyes are level.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        face: a face in coordinates of ``pixels``.

    Returns:
        RGB uint8 ``(192, 192, 3)``; areas outside the photo are black.
    """
    left_eye, right_eye = face.landmarks[:2].astype(np.float64)
    across, down = right_eye - left_eye
    middle = (face.box[:2] + face.box[2:]).astype(np.float64) / 2
    scale = SIDE / max(1.0, REACH * max(face.width, face.height))
    transform = cv2.getRotationMatrix2D(middle.tolist(), float(np.degrees(np.arctan2(down, across))), scale)
    transform[:, 2] = transform[:, 2] + (SIDE / 2 - middle)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(pixels, transform, (SIDE, SIDE), flags=method), np.uint8)


def _probability(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(logit, -50, 50))))
