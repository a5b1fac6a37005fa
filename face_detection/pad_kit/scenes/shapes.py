"""What becomes of a sheet that is bent, creased, or has a nose stuck through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from face_detection.pad_kit.scenes.head_relief import CELL, nose_depths
from face_detection.pad_kit.scenes.surfaces import Surface

_CELL = 2.0  # millimetres of the relief of a bent sheet
_HALF = 200.0  # millimetres of a sheet that matter to each side
_PIVOT = (0.0, 0.0, 0.0)


class Shape(Protocol):
    """The shape of a sheet."""

    def surface(self) -> Surface:
        """Its relief."""

    def along(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """The place on the flat sheet, in millimetres, of places across the relief."""


@dataclass(frozen=True)
class Bend:
    """A sheet bent to a cylinder that stands upright, its middle nearest to the camera.

    Attributes:
        radius: of the cylinder, in millimetres.
    """

    radius: float

    def surface(self) -> Surface:
        """See `Shape`."""
        line = np.arange(-_HALF, _HALF + _CELL, _CELL)
        within = np.clip(np.abs(line), 0, 0.98 * self.radius)
        return _upright(np.sqrt(self.radius**2 - within**2) - self.radius - 5 * (np.abs(line) - within))

    def along(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """See `Shape`."""
        return np.asarray(self.radius * np.arcsin(np.clip(x / self.radius, -0.98, 0.98)))


@dataclass(frozen=True)
class Crease:
    """A sheet with an upright crease in the middle.

    Attributes:
        angle: radians by which each half is folded back.
    """

    angle: float

    def surface(self) -> Surface:
        """See `Shape`."""
        return _upright(-np.abs(np.arange(-_HALF, _HALF + _CELL, _CELL)) * np.tan(self.angle))

    def along(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """See `Shape`."""
        return np.asarray(x / np.cos(self.angle))


@dataclass(frozen=True)
class NoseThrough:
    """A flat sheet as large as life with a hole through which a nose sticks.

    Attributes:
        nose: how far the nose stands out, relative to the mean.
    """

    nose: float

    def surface(self) -> Surface:
        """See `Shape`."""
        depths = nose_depths(self.nose)
        return Surface(depths, CELL, _PIVOT, float(depths.max()) + 5, -60.0)

    def along(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """See `Shape`."""
        return x


def _upright(depth: NDArray[np.floating]) -> Surface:
    depths = np.repeat(depth[np.newaxis].astype(np.float32), len(depth), axis=0)
    return Surface(depths, _CELL, _PIVOT, 30.0, max(float(depth.min()), -130.0) - 40)
