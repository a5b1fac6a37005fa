"""The head's pose by five points: where the nose is in the frame that eyes and mouth span.

Eyes and mouth lie nearly in a plane, and the nose stands out of it. However a print or a screen is turned,
tilted, moved or scaled, its nose stays where it is in that frame, except for perspective. When a head turns,
the nose moves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.values import HeadPose

NOSE_HEIGHT = 0.54
"""How far the nose moves sideways in the frame for a tangent of the yaw of 1: its height over the plane of
eyes and mouth, relative to the mean of the distances of the eyes and of the corners of the mouth; MTCNN's
points on turned heads, 2026-11-29."""

UPRIGHT_NOSE = 0.56
"""Where the nose is between eyes (0) and mouth (1) on a head that looks straight; the median of the 697
photos of lfw10 and lfw150gray, 2026-11-29. Movements are measured from each person's own straight pose, so it
only centres the numbers."""

NOD_HEIGHT = 0.45
"""The same as `NOSE_HEIGHT` relative to the distance between eyes and mouth."""

LEAST_SPAN = 1e-3
"""Share of the eyes' distance that the frame's area must have; less is no face, and has no pose."""


def pose_of_points(landmarks: NDArray[np.float32]) -> HeadPose:
    """The pose of a head by the landmarks of its face.

    Args:
        landmarks: ``(5, 2)`` float32 as those of `Face`.

    Returns:
        The pose; straight if the points lie on a line and span no frame.
    """
    across, down = frame_position(landmarks)
    return HeadPose(across / NOSE_HEIGHT, (UPRIGHT_NOSE - down) / NOD_HEIGHT)


def frame_position(landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Where the nose is in the frame of eyes and mouth; the same under every affine motion of a plane.

    Args:
        landmarks: ``(5, 2)`` float32 as those of `Face`.

    Returns:
        How far across, from the middle, in means of the distances of the eyes and of the corners of the
        mouth; and how far from the eyes towards the mouth, in their distance.
    """
    left_eye, right_eye, nose, _, _ = landmarks.astype(np.float64)
    eyes, frame = (left_eye + right_eye) / 2, face_frame(landmarks)
    if abs(np.linalg.det(frame)) <= LEAST_SPAN * float(np.sum((right_eye - left_eye) ** 2)):
        return 0.0, UPRIGHT_NOSE
    across, down = np.linalg.solve(frame, nose - eyes)
    return float(across), float(down)


def face_frame(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """The frame of eyes and mouth: how a plane that holds them is seen, but for where it is.

    Args:
        landmarks: ``(5, 2)`` float32 as those of `Face`.

    Returns:
        ``(2, 2)`` float64 in pixels; the columns point across the face, by the mean of the distances of the
        eyes and of the corners of the mouth, and from the eyes to the mouth.
    """
    left_eye, right_eye, _, left_mouth, right_mouth = landmarks.astype(np.float64)
    across = right_eye - left_eye + right_mouth - left_mouth
    down = left_mouth + right_mouth - left_eye - right_eye
    return np.column_stack([across, down]) / 2


def eye_span(landmarks: NDArray[np.float32]) -> float:
    """How far apart the eyes look, across the line from eyes to mouth and relative to its length.

    A sheet that is turned by an angle loses as much of it as of its width: the cosine. A head whose nose
    moves as far has turned much less, and loses little.

    Args:
        landmarks: ``(5, 2)`` float32 as those of `Face`.

    Returns:
        0 if the points span no face.
    """
    left_eye, right_eye, _, left_mouth, right_mouth = landmarks.astype(np.float64)
    across, down = right_eye - left_eye, (left_mouth + right_mouth - left_eye - right_eye) / 2
    length = float(down @ down)
    return abs(float(across[0] * down[1] - across[1] * down[0])) / length if length else 0.0
