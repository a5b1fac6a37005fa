"""Who plays a presentation, before which background, and what all presentations have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from zlib import crc32

import numpy as np

from face_detection.pad_kit.acting import head_poses
from face_detection.pad_kit.filming import ActedScene, film, moments
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.scenes.camera import Camera, Placement
from face_detection.pad_kit.scenes.head_relief import Features
from face_detection.pad_kit.scenes.heads import Head
from face_detection.pad_kit.scenes.movement import Numbers
from face_detection.pad_kit.scenes.rooms import room
from face_detection.pad_kit.scenes.screens import Shine
from face_detection.pad_kit.scenes.sheets import PictureSheet, printed
from face_detection.pad_kit.values import Direction
from face_detection.values import Pixels

PRINT_SCALES = (0.5, 1.0)
"""Sizes of printed faces relative to life: from half of an A5 sheet to a whole A4 sheet."""

Made = tuple[bytes, tuple[bytes, ...]]
"""The photo and the frames of a presentation, as JPEGs."""


class Actors:
    """A person, and a helper for attacks that need two.

    Args:
        portrait: the person.
        other: the helper.
        seed: with the names, decides what their heads are like.
    """

    def __init__(self, portrait: FacePortrait, other: FacePortrait, seed: int) -> None:
        self.portrait = portrait
        self.other = other
        self._seed = seed

    @cached_property
    def head(self) -> Head:
        """The person's head."""
        return self._head_of(self.portrait)

    @cached_property
    def other_head(self) -> Head:
        """The helper's head."""
        return self._head_of(self.other)

    def _head_of(self, portrait: FacePortrait) -> Head:
        rng = np.random.default_rng([self._seed, crc32(portrait.person.encode())])
        return Head(portrait, Features.drawn(rng))


class Act:
    """One presentation in the making.

    Args:
        actors: who plays it.
        times: ``(n,)`` float64, seconds of the frames.
        asked: the directions that the page asks for.
        rng: draws everything.
    """

    def __init__(
        self, actors: Actors, times: Numbers, asked: Sequence[Direction], rng: np.random.Generator
    ) -> None:
        self.actors = actors
        self.times = times
        self.at = moments(times)
        self.asked = asked
        self.rng = rng

    def head_scene(self, head: Head, asked: Sequence[Direction]) -> ActedScene:
        """A live head that turns in some direction."""
        poses = head_poses(self.at, asked, self.rng)
        return ActedScene(poses, lambda camera, number: head.seen(camera, poses[number]))

    def sheet_scene(
        self, sheets: Sequence[PictureSheet], poses: tuple[Placement, ...], shine: Shine | None = None
    ) -> ActedScene:
        """A flat sheet in a room, which may be another one at each moment."""
        behind = RoomBehind(self.rng)

        def picture(camera: Camera, number: int) -> Pixels:
            sheet = sheets[min(number, len(sheets) - 1)]
            seen = sheet.seen(camera, poses[number], behind.seen(camera))
            return seen if shine is None else shine.over(seen, camera, poses[number])

        return ActedScene(poses, picture)

    def made(self, scene: ActedScene) -> Made:
        """The presentation of a scene."""
        filmed = film(scene, self.times, self.rng)
        return filmed.snapshot, filmed.jpegs()

    def drawn_scale(self) -> float:
        """The size of a print."""
        return float(self.rng.uniform(*PRINT_SCALES))

    def print_of(self, scale: float) -> PictureSheet:
        """The person's still on paper."""
        return printed(self.actors.portrait, scale=scale, rng=self.rng)


class RoomBehind:
    """A room, drawn once and seen by cameras of any size."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._seed = int(rng.integers(2**31))
        self._pictures: dict[Camera, Pixels] = {}

    def seen(self, camera: Camera) -> Pixels:
        """The room in a picture of the camera's size."""
        if camera not in self._pictures:
            self._pictures[camera] = room(camera, np.random.default_rng(self._seed))
        return self._pictures[camera]
