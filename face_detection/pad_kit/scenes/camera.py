"""The camera: a pinhole, and where things stand before it.

Millimetres; x to the right of the picture, y down, z towards the camera. The origin is between the eyes of a
face that looks straight ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Image = NDArray[np.integer[Any] | np.floating[Any]]
"""What OpenCV's functions take and give."""


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along -z, with its centre in the middle of the picture.

    Attributes:
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        focal: focal length in pixels.
    """

    width: int
    height: int
    focal: float

    def scaled(self, factor: float) -> Camera:
        """The same view in a picture of another size."""
        return Camera(round(self.width * factor), round(self.height * factor), self.focal * factor)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """``(3, 3)`` float64: from x, y and depth to pixels."""
        middle = (self.width - 1) / 2, (self.height - 1) / 2
        return np.array([[self.focal, 0, middle[0]], [0, self.focal, middle[1]], [0, 0, 1]])

    def rays(self) -> tuple[Floats, Floats]:
        """The slopes ``(H, W)`` float32 in x and y of the ray through each pixel."""
        return _rays(self)


@cache
def _rays(camera: Camera) -> tuple[Floats, Floats]:
    across = (np.arange(camera.width, dtype=np.float32) - (camera.width - 1) / 2) / camera.focal
    down = (np.arange(camera.height, dtype=np.float32) - (camera.height - 1) / 2) / camera.focal
    x, y = np.meshgrid(across, down)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


PORTRAIT = Camera(240, 320, 235.0)
"""A phone held upright: 54 by 68 degrees, as front cameras have."""

WEBCAM = Camera(640, 480, 560.0)
"""A webcam of a computer: 60 degrees across."""


@dataclass(frozen=True)
class Placement:
    """Where something is, and how it is turned.

    Attributes:
        yaw: radians, positive to the own left.
        pitch: radians, positive upwards.
        roll: radians, positive clockwise in the picture.
        x: millimetres to the right of the camera's axis.
        y: millimetres below it.
        distance: millimetres from the camera.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    distance: float = 350.0

    @property
    def rotation(self) -> NDArray[np.float64]:
        """``(3, 3)`` float64: turns points of the thing into the camera's axes."""
        return rotation_of(self.yaw, self.pitch, self.roll)

    def carried(self, pivot: tuple[float, float, float], before: float = 0.0) -> Placement:
        """The pose of something that is fixed to a head, which turns about its neck.

        Args:
            pivot: the neck.
            before: millimetres from the eyeballs to the thing.
        """
        turn, neck = self.rotation, np.array(pivot)
        x, y, z = neck - turn @ neck + turn @ (0, 0, before)
        return replace(self, x=self.x + x, y=self.y + y, distance=self.distance - z)

    def pixel_of(self, camera: Camera) -> NDArray[np.float64]:
        """``(2,)`` float64: the place of the nose's tip, 35 mm before the eyes, from the picture's middle."""
        x, y, z = self.rotation @ (0, 40, 35)
        return np.asarray(camera.focal * np.array([self.x + x, self.y + y]) / (self.distance - z))


def rotation_of(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """``(3, 3)`` float64, turning first by the pitch, then by the yaw, then by the roll."""
    cy, sy = np.cos(yaw), np.sin(yaw)
    cp, sp = np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)
