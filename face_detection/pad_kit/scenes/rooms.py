"""The room behind a print or a screen."""

from __future__ import annotations

import cv2
import numpy as np

from face_detection.pad_kit.scenes.camera import Camera
from face_detection.values import Pixels


def room(camera: Camera, rng: np.random.Generator) -> Pixels:
    """A wall in uneven light with some furniture out of focus.

    Args:
        camera: looks at it.
        rng: draws it.

    Returns:
        RGB uint8 ``(H, W, 3)``.
    """
    height, width = camera.height, camera.width
    wall = rng.uniform(90, 190) * (1 + 0.06 * rng.standard_normal(3))
    slope = np.linspace(rng.uniform(0.75, 1), rng.uniform(0.75, 1.1), width)[np.newaxis, :, np.newaxis]
    picture = np.asarray(np.repeat(wall * slope, height, axis=0), np.float32)
    for _ in range(int(rng.integers(3, 8))):
        left, top = rng.uniform(-0.2, 0.9) * width, rng.uniform(-0.1, 0.9) * height
        right, bottom = left + rng.uniform(0.08, 0.5) * width, top + rng.uniform(0.08, 0.6) * height
        colour = tuple(float(value) for value in rng.uniform(30, 210) * (1 + 0.15 * rng.standard_normal(3)))
        cv2.rectangle(picture, (round(left), round(top)), (round(right), round(bottom)), colour, -1)
    return np.asarray(np.clip(cv2.GaussianBlur(picture, (0, 0), 0.012 * height), 0, 255), np.uint8)
