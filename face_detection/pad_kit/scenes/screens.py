"""What a camera sees of a screen besides its picture: moiré and glare."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from face_detection.pad_kit.scenes.camera import Camera, Floats, Placement
from face_detection.values import Pixels


@dataclass(frozen=True)
class Shine:
    """The look of one screen in one room.

    Attributes:
        pitch: millimetres between two pixels of the screen.
        contrast: how much of the light lies in the stripes that the camera still resolves.
        lamp: where a lamp is reflected when the screen faces the camera: x and y in millimetres.
        glare: brightness of the reflection, of 255.
    """

    pitch: float
    contrast: float
    lamp: tuple[float, float]
    glare: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Shine:
        """A screen and a lamp at random."""
        lamp = rng.uniform(-110, 110), rng.uniform(-140, 60)
        return cls(rng.uniform(0.06, 0.25), rng.uniform(0.02, 0.08), lamp, rng.uniform(30, 130))

    def over(self, picture: Pixels, camera: Camera, pose: Placement) -> Pixels:
        """A picture of a screen with moiré (its grid, sampled by that of the camera) and glare.

        Args:
            picture: RGB uint8 ``(H, W, 3)`` of the screen in its room.
            camera: looks at it.
            pose: how the screen is held.
        """
        u, v = _places(camera, pose)
        phase = (u * np.float32(2 * np.pi / self.pitch)).astype(np.float32)
        sine, cosine = np.sin(phase), np.cos(phase)
        rows = 0.4 * np.sin(v * np.float32(2 * np.pi / self.pitch))
        away = 2 * pose.distance  # a mirror moves the lamp by twice its own turn
        at_x, at_y = self.lamp[0] + away * np.tan(pose.yaw), self.lamp[1] - away * np.tan(pose.pitch)
        glare = self.glare * np.exp(-(((u - at_x) / 28) ** 2 + ((v - at_y) / 45) ** 2))
        frame = picture.astype(np.float32)
        for channel in range(3):  # the stripes of the three colours lie side by side
            shift = 2 * np.pi * channel / 3
            stripes = 0.6 * (sine * np.float32(np.cos(shift)) + cosine * np.float32(np.sin(shift))) + rows
            grid = cv2.GaussianBlur(stripes, (0, 0), 0.8)
            frame[:, :, channel] *= 1 + np.float32(3 * self.contrast) * grid
            frame[:, :, channel] += glare
        return np.asarray(np.clip(frame, 0, 255), np.uint8)


def _places(camera: Camera, pose: Placement) -> tuple[Floats, Floats]:
    """Where on the screen each pixel looks: x and y in millimetres from its middle, ``(H, W)`` float32."""
    across, down = camera.rays()
    turn = pose.rotation.astype(np.float32)
    normal = turn[:, 2]
    place = np.array([pose.x, pose.y, -pose.distance], np.float32)
    depth = float(normal @ place) / (normal[0] * across + normal[1] * down - normal[2])
    x, y, z = across * depth - place[0], down * depth - place[1], -depth - place[2]
    u = turn[0, 0] * x + turn[1, 0] * y + turn[2, 0] * z
    v = turn[0, 1] * x + turn[1, 1] * y + turn[2, 1] * z
    return np.asarray(u, np.float32), np.asarray(v, np.float32)
