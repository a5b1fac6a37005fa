"""Stand-ins for live heads: a still on the relief of a head that turns in its neck before the camera."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.pad_kit.material.portraits import HALF, PER_MM, FacePortrait
from face_detection.pad_kit.scenes.camera import Camera, Floats, Placement
from face_detection.pad_kit.scenes.head_relief import BACK, CELL, NECK, Features, head_depths
from face_detection.pad_kit.scenes.surfaces import Seen, Surface, cast
from face_detection.values import Pixels

_LIGHT = np.array([-0.35, -0.55, 0.76], np.float32)
"""Where the light of the room comes from, as a direction of length 1: from above, and from one side."""


class Head:
    """A person's head.

    Args:
        portrait: gives it its face.
        features: what differs from face to face.
    """

    def __init__(self, portrait: FacePortrait, features: Features) -> None:
        self._portrait = portrait
        self._pixels = portrait.pixels
        depths = head_depths(features)
        self._surface = Surface(depths, CELL, NECK, float(depths.max()), BACK)
        self._normals = _normals(depths)

    def seen(self, camera: Camera, pose: Placement) -> Pixels:
        """The head and what is behind it.

        Args:
            camera: looks at it.
            pose: its turn; the shoulders below and the background stay.

        Returns:
            RGB uint8 ``(H, W, 3)``.
        """
        seen = cast(self._surface, camera, pose, twist_share)
        light = self._light(seen, pose)
        middle = HALF * PER_MM
        picture = cv2.remap(
            self._pixels,
            np.asarray(seen.x * PER_MM + middle, np.float32),
            np.asarray(seen.y * PER_MM + middle, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(np.clip(picture * light[:, :, np.newaxis], 0, 255), np.uint8)

    def photographed(self, yaw: float, pitch: float) -> FacePortrait:
        """A photo of the turned head from afar, to be printed.

        Args:
            yaw: radians to the own left.
            pitch: radians upwards.
        """
        side, distance = self._pixels.shape[0], 2000.0
        pose = Placement(yaw=yaw, pitch=pitch, distance=distance)
        pixels = self.seen(Camera(side, side, PER_MM * distance), pose)
        return replace(self._portrait, pixels=pixels)

    def _light(self, seen: Seen, pose: Placement) -> Floats:
        """How much brighter each place gets by the turn: its angle to the light changes."""
        half = (self._normals.shape[0] - 1) / 2
        size = (seen.x.shape[1], seen.x.shape[0])
        x, y = (cv2.resize(each, (size[0] // 3, size[1] // 3)) / CELL + half for each in (seen.x, seen.y))
        normal = cv2.remap(
            self._normals,
            np.asarray(x, np.float32),
            np.asarray(y, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        before = normal @ _LIGHT
        after = normal @ (pose.rotation.T @ _LIGHT).astype(np.float32)
        change = (0.6 + 0.4 * np.clip(after, 0, 1)) / (0.6 + 0.4 * np.clip(before, 0, 1))
        return np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_LINEAR), np.float32)


def twist_share(camera: Camera, pose: Placement) -> Floats:
    """How much of a head's turn each pixel's ray meets, ``(H, W)`` float32.

    All within the head, nothing at the shoulders and in the background, and a smooth change between.
    """
    across, down = camera.rays()
    x = across * pose.distance - pose.x
    y = down * pose.distance - pose.y
    aside = np.clip((np.abs(x) - 95) / 75, 0, 1)
    above = np.clip((-115 - y) / 60, 0, 1)
    below = np.clip((y - 112) / 70, 0, 1)
    away = np.minimum(1, np.hypot(np.hypot(aside, above), below))
    return np.asarray(1 - away**2 * (3 - 2 * away), np.float32)


def _normals(depths: Floats) -> NDArray[np.float32]:
    """The directions ``(n, n, 3)`` in which the surface looks, of a smoothed relief."""
    smooth = cv2.GaussianBlur(depths, (0, 0), 6 / CELL)
    down, across = np.gradient(smooth, CELL)
    normal = np.stack([-across, -down, np.ones_like(smooth)], axis=2)
    return np.asarray(normal / np.linalg.norm(normal, axis=2, keepdims=True), np.float32)
