"""What may differ between two frames of one face: place, size, light, noise, motion and compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from face_detection.photo import encode_jpeg
from face_detection.values import Photo, Pixels

GAMMA = 2.2
"""Exponent between levels and light, nearly that of sRGB."""

FULL_WELL = 4000.0
"""Photons of a white pixel in good light, about those of a phone's small pixels at ISO 100."""

READ_NOISE = 3.0
"""Standard deviation of the sensor's own noise, in photons."""


@dataclass(frozen=True)
class Disturbance:
    """One change of a photo.

    Attributes:
        shift: x and y in pixels by which the picture moves.
        scale: its size relative to the original.
        light: factor of the levels.
        noise: standard deviation in levels.
        blur: length in pixels of a horizontal motion.
        quality: of the JPEG.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    light: float = 1.0
    noise: float = 0.0
    blur: int = 1
    quality: int = 95

    def of(self, photo: Photo, rng: np.random.Generator) -> Photo:
        """The changed photo, of the same size.

        Args:
            photo: the photo.
            rng: draws the noise.
        """
        size = photo.width, photo.height
        move = np.array([[self.scale, 0, self.shift[0]], [0, self.scale, self.shift[1]]])
        pixels = cv2.warpAffine(photo.pixels, move, size, borderMode=cv2.BORDER_REPLICATE)
        if self.blur > 1:
            pixels = cv2.blur(pixels, (self.blur, 1))
        levels = pixels * self.light + rng.normal(0, self.noise, pixels.shape)
        return _compressed(levels.clip(0, 255).astype(np.uint8), self.quality)

    def back(self, points: np.ndarray) -> np.ndarray:
        """Points ``(..., 2)`` of the changed photo in pixels of the original."""
        return np.asarray((points - np.array(self.shift)) / self.scale)


SMALL = (
    Disturbance(),
    Disturbance(shift=(1.5, 0.0)),
    Disturbance(shift=(0.0, -1.5)),
    Disturbance(shift=(-3.0, 2.0)),
    Disturbance(scale=0.97),
    Disturbance(scale=1.03),
    Disturbance(light=0.8),
    Disturbance(light=1.15),
    Disturbance(noise=6.0),
    Disturbance(quality=60),
)
"""Changes that are no reason for another result."""


def drawn_frame(rng: np.random.Generator) -> Disturbance:
    """The change of one frame of a hand-held phone."""
    return Disturbance(
        shift=(float(rng.normal(0, 3)), float(rng.normal(0, 3))),
        scale=float(rng.uniform(0.95, 1.05)),
        light=float(rng.uniform(0.7, 1.2)),
        noise=float(rng.uniform(1, 8)),
        blur=int(rng.integers(1, 10)),
        quality=int(rng.integers(55, 90)),
    )


def darkened(photo: Photo, light: float, rng: np.random.Generator) -> Photo:
    """The photo as if taken with a part of the light, at the same exposure.

    Photons are counted with their noise, so dark parts are noisy and not only dark.

    Args:
        photo: the photo, taken as free of noise.
        light: relative to that of the photo.
        rng: draws the noise.
    """
    photons = (photo.pixels / 255.0) ** GAMMA * (light * FULL_WELL)
    counted = rng.poisson(photons) + rng.normal(0, READ_NOISE, photons.shape)
    levels = 255 * (counted / FULL_WELL).clip(0, 1) ** (1 / GAMMA)
    return _compressed(levels.round().astype(np.uint8), 85)


def _compressed(pixels: Pixels, quality: int) -> Photo:
    jpeg = np.frombuffer(encode_jpeg(np.ascontiguousarray(pixels), quality), np.uint8)
    read = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert read is not None  # it was encoded just now
    return Photo(np.asarray(cv2.cvtColor(read, cv2.COLOR_BGR2RGB), np.uint8), pixels.shape[:2])
