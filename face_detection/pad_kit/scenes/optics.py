"""What the camera adds: exposure, blur, noise and the compression of a browser's JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.values import Pixels

SHUTTER = 1 / 25
"""Seconds that a frame is exposed in a room: between the 1/15 of the evening and the 1/60 of daylight."""


_FIELD = 1200  # pixels on each side of the field of noise: more than of any picture


@dataclass(frozen=True, eq=False)
class Optics:
    """One camera in one light.

    Attributes:
        gain: ``(3,)`` float64, factor on each channel.
        noise: standard deviation of the dark noise, of 255.
        blur: standard deviation of the lens's blur in pixels.
        quality: of the JPEG.
    """

    gain: NDArray[np.float64]
    noise: float
    blur: float
    quality: int

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Optics:
        """A camera and a light at random."""
        gain = rng.uniform(0.85, 1.12) * (1 + 0.03 * rng.standard_normal(3))
        return cls(gain, rng.uniform(1, 3.5), rng.uniform(0.4, 0.8), int(rng.integers(70, 88)))

    def taken(self, scene: Pixels, moved: tuple[float, float], rng: np.random.Generator) -> Pixels:
        """A frame of a scene.

        Args:
            scene: RGB uint8 ``(H, W, 3)``, sharp and without noise.
            moved: how far the face moves during the exposure, in pixels to the right and down.
            rng: draws the noise.
        """
        light = cv2.GaussianBlur(_smeared(scene, moved), (0, 0), self.blur)
        gain = self.gain * rng.uniform(0.98, 1.02)
        levels = np.arange(256, dtype=np.float32)[:, np.newaxis] * gain.astype(np.float32)
        spread = np.sqrt(self.noise**2 + 0.03 * levels)  # dark noise, and that of the light
        frame = cv2.LUT(light, levels[np.newaxis]) + _grain(scene, rng) * cv2.LUT(light, spread[np.newaxis])
        return np.asarray(np.clip(frame, 0, 255), np.uint8)

    def jpeg(self, frame: Pixels) -> bytes:
        """The frame as the page sends it."""
        ok, data = cv2.imencode(".jpg", frame[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        if not ok:
            raise ValueError(f"A frame of shape {frame.shape} can't be written as JPEG.")
        return data.tobytes()


def _grain(scene: Pixels, rng: np.random.Generator) -> NDArray[np.float32]:
    """Normal noise of the scene's shape: a random part of a large field, quicker than drawing it."""
    height, width = scene.shape[:2]
    top, left = rng.integers(_FIELD - height + 1), rng.integers(_FIELD - width + 1)
    return _field()[top : top + height, left : left + width]


@cache
def _field() -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal((_FIELD, _FIELD, 3), np.float32)


def _smeared(scene: Pixels, moved: tuple[float, float]) -> Pixels:
    length = float(np.hypot(*moved))
    if length < 0.7:
        return scene
    side = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((side, side), np.float32)
    middle = side // 2
    for share in np.linspace(-0.5, 0.5, 4 * side):
        kernel[round(middle + moved[1] * share), round(middle + moved[0] * share)] += 1
    return np.asarray(cv2.filter2D(scene, -1, kernel / kernel.sum()), np.uint8)
