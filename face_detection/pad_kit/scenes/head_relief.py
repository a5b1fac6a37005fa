"""How far each part of a face stands out: a parametric relief of an adult's head.

Depths in the midline are those that cephalometry measures from the side, in millimetres before the eyeball.
Source: Arnett et al., "Soft tissue cephalometric analysis", American Journal of Orthodontics and Dentofacial
Orthopedics 116, 1999: distances from the true vertical line through the base of the nose, means of women and
men (tip of the nose +16.7, upper lip +3.5, chin -3.0, glabella -8.3, below the pupil -16.6, rim of the orbit
-20.6), with the eyeball 2 to 3 mm before the rim. Widths: Farkas, "Anthropometry of the head and face", 1994.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.pad_kit.scenes.camera import Floats

PUPILS = 63.0
"""Distance of the pupils in millimetres."""

CELL = 1.5
"""Side in millimetres of a cell of the relief."""

REACH = 300.0
"""Millimetres from the middle to each edge of the relief; the picture's background lies there."""

BACK = -150.0
"""Depth of the background, which is the head's own surface drawn out: a still has nothing behind it."""

NECK = (0.0, 45.0, -85.0)
"""Where a head turns: in the neck, behind and below the eyes."""

# Pairs of y below the eyes and depth without the nose, from the crown over forehead and lips to the neck.
_MIDLINE = (
    ((-122, -95), (-100, -38), (-75, -6), (-45, 6), (-20, 10), (-2, 7), (25, 12), (52, 18)),
    ((68, 19), (85, 14), (102, 15), (114, 6), (124, -40), (140, -75), (200, -85)),
)
# Pairs of y below the eyes and half of the head's breadth.
_HALF_WIDTH = (
    ((-122, 20), (-100, 55), (-75, 72), (-40, 79), (0, 76), (40, 70)),
    ((68, 64), (95, 54), (112, 42), (124, 38), (140, 50), (200, 70)),
)
_ROUNDNESS = 2.2  # of the sections through a head, between an ellipse and a box
_HALF_DEPTH = 95.0
_NOSE_TIP = (41.0, 19.0)  # millimetres below the eyes, and before the midline without it
_NOSE_TOP, _NOSE_END = -2.0, 52.0


@dataclass(frozen=True)
class Features:
    """What differs from face to face, as factors; 1 is the mean.

    Attributes:
        nose: how far the nose stands out; its standard deviation among adults is about a tenth.
        flatness: half of the depth of the sections.
    """

    nose: float = 1.0
    flatness: float = 1.0

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Features:
        """Those of somebody chosen at random."""
        nose, flatness = np.clip(rng.standard_normal(2), -2, 2)
        return cls(1 + 0.1 * float(nose), 1 + 0.07 * float(flatness))


def head_depths(features: Features) -> Floats:
    """The depth of a head before its eyeballs.

    Returns:
        ``(n, n)`` float32 in millimetres, on cells of ``CELL`` from ``-REACH`` to ``REACH``.
    """
    x, y = _places()
    depth = _skull(x, y, features) + _nose(x, y, features.nose) + _sockets_and_lips(x, y)
    return np.asarray(np.maximum(depth, BACK), np.float32)


def nose_depths(nose: float) -> Floats:
    """The depth of a plane through which a nose sticks; see `head_depths` and `Features`."""
    return np.asarray(_nose(*_places(), nose), np.float32)


def _places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    line = np.arange(-REACH, REACH + CELL, CELL)
    x, y = np.meshgrid(line, line)
    return x, y


def _skull(x: NDArray[np.float64], y: NDArray[np.float64], features: Features) -> NDArray[np.float64]:
    midline = np.interp(y[:, 0], *np.concatenate(_MIDLINE).T)[:, np.newaxis]
    half = np.interp(y[:, 0], *np.concatenate(_HALF_WIDTH).T)[:, np.newaxis]
    within = np.clip(1 - (np.abs(x) / half) ** _ROUNDNESS, 0, 1)
    return np.asarray(midline - _HALF_DEPTH * features.flatness * (1 - np.sqrt(within)))


def _nose(x: NDArray[np.float64], y: NDArray[np.float64], nose: float) -> NDArray[np.float64]:
    tip_y, tip = _NOSE_TIP
    rise = np.clip((y - _NOSE_TOP) / (tip_y - _NOSE_TOP), 0, 1)
    fall = np.clip((_NOSE_END - y) / (_NOSE_END - tip_y), 0, 1)
    ridge = np.where(y <= tip_y, 0.25 * np.sqrt(rise) + 0.75 * rise**1.3, np.sqrt(fall))
    width = 6.5 + 6.5 * rise**1.5
    return np.asarray(tip * nose * ridge * np.exp(-(np.abs(x / width) ** 2.4) / 2))


def _sockets_and_lips(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    def bump(at_x: float, at_y: float, wide: float, high: float, by: float) -> NDArray[np.float64]:
        return np.asarray(by * np.exp(-(((x - at_x) / wide) ** 2 + ((y - at_y) / high) ** 2) / 2))

    eye, inner = PUPILS / 2, 14.0
    sockets = bump(-inner, 0, 6, 9, -5) + bump(inner, 0, 6, 9, -5)
    brows = bump(-eye, -19, 18, 6, 4) + bump(eye, -19, 18, 6, 4)
    return sockets + brows + bump(0, 68, 16, 9, 3)
