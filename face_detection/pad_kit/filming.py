"""Films a scene as the phone's page does: a photo, then the frames of a burst."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from face_detection.pad_kit.scenes.camera import PORTRAIT, Camera, Placement
from face_detection.pad_kit.scenes.movement import Numbers
from face_detection.pad_kit.scenes.optics import SHUTTER, Optics
from face_detection.values import Pixels

SNAPSHOT = 2.5
"""Size of the photo relative to the frames: 600x800 pixels and 240x320."""

BEFORE = 0.15
"""Seconds from the photo to the first frame."""


@dataclass(frozen=True, eq=False)
class ActedScene:
    """Something that moves before a camera.

    Attributes:
        poses: of the face at each moment; the first is that of the photo.
        picture: makes the picture (RGB uint8) that a camera sees at a moment, by its number.
    """

    poses: tuple[Placement, ...]
    picture: Callable[[Camera, int], Pixels]


@dataclass(frozen=True, eq=False)
class Film:
    """What was filmed.

    Attributes:
        snapshot: the photo, JPEG.
        frames: of the burst, RGB uint8 ``(H, W, 3)``.
        optics: the camera that filmed it.
    """

    snapshot: bytes
    frames: tuple[Pixels, ...]
    optics: Optics

    def jpegs(self) -> tuple[bytes, ...]:
        """The frames as the page sends them."""
        return tuple(self.optics.jpeg(frame) for frame in self.frames)


def moments(times: Numbers) -> Numbers:
    """The moments of a scene: the photo's, then those of the frames, in seconds from the first frame."""
    return np.concatenate([[-BEFORE], times])


def film(scene: ActedScene, times: Numbers, rng: np.random.Generator, camera: Camera = PORTRAIT) -> Film:
    """Film a scene with one camera in one light.

    Args:
        scene: what moves, at the `moments` of the times.
        times: ``(n,)`` float64, seconds since the first frame.
        rng: draws the camera, its noise and the light.
        camera: for the frames; the photo is ``SNAPSHOT`` times as large.
    """
    optics = Optics.drawn(rng)
    large = camera.scaled(SNAPSHOT)
    snapshot = optics.jpeg(optics.taken(scene.picture(large, 0), (0.0, 0.0), rng))
    frames = shots(scene, moments(times), optics, rng, camera)[1:]
    return Film(snapshot, frames, optics)


def shots(
    scene: ActedScene, at: Numbers, optics: Optics, rng: np.random.Generator, camera: Camera
) -> tuple[Pixels, ...]:
    """The pictures of one camera at all moments of a scene, the first included."""
    taken = []
    for number in range(len(at)):
        other = number - 1 if number else min(1, len(at) - 1)
        way = scene.poses[number].pixel_of(camera) - scene.poses[other].pixel_of(camera)
        moved = way * SHUTTER / max(abs(float(at[number] - at[other])), 0.02)
        picture = scene.picture(camera, number)
        taken.append(optics.taken(picture, (float(moved[0]), float(moved[1])), rng))
    return tuple(taken)
