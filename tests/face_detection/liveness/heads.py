"""Heads and flat pictures of heads before a camera, as points: what both measures of a movement see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.five_points import pose_of_points
from face_detection.liveness.mesh_pose import (
    LEFT_SIDE,
    LOWER,
    MOUTH,
    NOSE_TIP,
    RIGHT_SIDE,
    UPPER,
    landmarks_of_mesh,
    pose_of_mesh,
)
from face_detection.liveness.values import BurstReading, FrameReading
from face_detection.values import Face, Photo

Points = NDArray[np.float64]

# Centimetres: x to the right as seen, y down, z away from the camera.
FIVE = np.array([[-3.2, -3.3, 0], [3.2, -3.3, 0], [0, 0.4, -3.1], [-2.5, 3.2, 0], [2.5, 3.2, 0]], float)
_RIGHT = np.array(
    [
        *([-2.2, -8.3, -0.3], [-4.3, -7.8, 0.6], [-5.8, -6.8, 2.0], [-6.6, -5.4, 3.4], [-6.9, -4.4, 4.5]),
        *([-7.1, -2.9, 5.4], [-7.2, -0.7, 6.2], [-5.3, -4.9, 0.9], [-4.5, -3.3, 0.8], [-1.8, -3.2, 0.2]),
        *([-3.7, -1.2, -0.3], [-3.8, 0.6, -0.4], [-1.8, 1.1, -1.0]),
    ]
)
_MIDDLE = {
    10: [0, -8.4, -0.6],
    151: [0, -6.8, -1.0],
    9: [0, -5.4, -1.2],
    2: [0, 1.3, -1.9],
    164: [0, 2.2, -1.6],
}
MESH: Points = np.zeros((468, 3))
MESH[list(RIGHT_SIDE)] = _RIGHT
MESH[list(LEFT_SIDE)] = _RIGHT * [-1, 1, 1]
MESH[[NOSE_TIP, *MOUTH]] = FIVE[2:]  # the corners of the eyes are among the sides
for _number, _point in _MIDDLE.items():
    MESH[_number] = _point
assert {*UPPER, *LOWER} <= {*RIGHT_SIDE, *LEFT_SIDE, *_MIDDLE}

FOCAL = 300.0  # pixels; a frame of 320 pixels at the usual angle of a front camera
_PHOTO = Photo(np.zeros((4, 4, 3), np.uint8), (4, 4))


@dataclass(frozen=True)
class Stand:
    """How something is held before the camera.

    Attributes:
        yaw: degrees to the person's own left.
        pitch: degrees up.
        roll: degrees.
        at: x, y and distance of the middle of the face in centimetres.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    at: tuple[float, float, float] = (0.0, 0.0, 35.0)


def flat(points: Points) -> Points:
    """The points as they are in a picture."""
    return points * [1, 1, 0]


def burst(
    stands: Sequence[Stand], *, is_flat: bool = False, noise: Points | None = None, with_mesh: bool = True
) -> BurstReading:
    """What a burst shows of a head, or of a flat picture of one.

    Args:
        stands: how it is held in each frame.
        is_flat: whether it is a picture.
        noise: ``(N, 5, 2)`` pixels added to the five points.
        with_mesh: whether the face mesh is there; it sees the true direction also of a picture.
    """
    frames = []
    for number, stand in enumerate(stands):
        five, mesh = (_held(flat(p) if is_flat else p, stand) for p in (FIVE, MESH))
        landmarks = _seen(five)[:, :2] + (0 if noise is None else noise[number])
        face = Face(_box(_seen(mesh)), 1.0, landmarks.astype(np.float32))
        frame = FrameReading(200 * number, face, pose_of_points(face.landmarks), None, _PHOTO)
        if with_mesh:
            upright = _upright(_seen(mesh), landmarks).astype(np.float32)
            frame = replace(frame, mesh=pose_of_mesh(upright), mesh_landmarks=landmarks_of_mesh(upright))
        frames.append(frame)
    return BurstReading(tuple(frames), (), with_mesh)


def _held(points: Points, stand: Stand) -> Points:
    yaw, pitch, roll = np.radians([stand.yaw, stand.pitch, stand.roll])
    turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(points @ (tilt @ nod @ turn).T + stand.at)


def _seen(points: Points) -> Points:
    """In pixels, with the depth at the same scale."""
    distance = points[:, 2].mean()
    return np.column_stack(
        [FOCAL * points[:, :2] / points[:, 2:], FOCAL * (points[:, 2] - distance) / distance]
    )


def _upright(points: Points, landmarks: Points) -> Points:
    """Turned so that the eyes are level, as the mesh's square is."""
    across, down = landmarks[1] - landmarks[0]
    cos, sin = np.array([across, down]) / np.hypot(across, down)
    return np.asarray(points @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]))


def _box(points: Points) -> NDArray[np.float32]:
    used = points[points[:, :2].any(axis=1), :2]
    return np.concatenate([used.min(axis=0), used.max(axis=0)]).astype(np.float32)
