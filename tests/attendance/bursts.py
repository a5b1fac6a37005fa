"""Frames of a movement for the fake pipeline: the colour of a picture says who it is, and where they look.

Red says the person, green the yaw, blue the pitch. Every frame has another size, so that no two are the same.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from attendance.recognition.pipelines import ReadsBursts
from face_detection.liveness.burst_checks import problem_of_times, require_sizes
from face_detection.liveness.values import BurstReading, FrameReading, HeadPose, MovementProblem, Turn
from face_detection.photo import decode
from face_detection.values import Face, Photo

STEP = 16  # between two colours
STRAIGHT = 8  # the level of a head that faces the camera
POSE = 0.1  # tangent of one level
FRAMES = 8  # of one movement
GAP_MS = 200
REACH = (0, 0, 2, 4, 6, 6, 3, 1)
"""Levels of a head that turns and comes back."""

_AXES = {Turn.LEFT: (1, 0), Turn.RIGHT: (-1, 0), Turn.UP: (0, 1), Turn.DOWN: (0, -1)}


@dataclass(frozen=True)
class FakeBurst:
    """What a phone sends beside the photo."""

    frames: tuple[bytes, ...] = ()
    taken: tuple[int, ...] = ()


def burst_of(person: int, *turns: Turn, then: int | None = None, take: int = 0) -> FakeBurst:
    """The frames of a head that makes these movements, one after the other.

    Args:
        person: 0 to 15.
        turns: the movements.
        then: another person, who is in the most turned frames.
        take: another one gives other bytes.
    """
    poses = [(_AXES[turn], level) for turn in turns for level in REACH]
    frames = tuple(
        _frame(
            person if then is None or level < max(REACH) else then,
            (axis[0] * level, axis[1] * level),
            side=40 + number + 20 * take,
        )
        for number, (axis, level) in enumerate(poses)
    )
    return FakeBurst(frames, tuple(GAP_MS * number for number in range(len(frames))))


def _frame(person: int, pose: tuple[int, int], *, side: int) -> bytes:
    levels = (person, STRAIGHT + pose[0], STRAIGHT + pose[1])
    out = io.BytesIO()
    Image.new("RGB", (side, side), tuple(level * STEP + STEP // 2 for level in levels)).save(out, "PNG")
    return out.getvalue()


class FakeBursts(ReadsBursts):
    """Reads such frames; times, sizes and repeated frames are checked as the real one does."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, frames: Sequence[bytes], taken: Sequence[int]) -> BurstReading:
        """The poses by the colours; see ``BurstReader``."""
        self.reads += 1
        require_sizes(frames)
        problem = problem_of_times(taken, len(frames))
        if problem is None and len(set(frames)) < len(frames):
            problem = MovementProblem.REPEATED
        if problem is not None:
            return BurstReading((), (problem,), with_mesh=False)
        photos = [decode(frame) for frame in frames]
        readings = tuple(_reading(photo, at) for photo, at in zip(photos, taken, strict=True))
        return BurstReading(readings, (), with_mesh=False)


def person_in(photo: Photo) -> int:
    """Whom a frame shows."""
    return int(photo.pixels[:, :, 0].mean()) // STEP


def _reading(photo: Photo, at: int) -> FrameReading:
    _, yaw, pitch = (int(level) // STEP - STRAIGHT for level in photo.pixels.mean(axis=(0, 1)))
    box = np.array([0, 0, photo.width, photo.height], np.float32)
    face = Face(box, 1.0, np.full((5, 2), photo.width / 2, np.float32))
    return FrameReading(at, face, HeadPose(yaw * POSE, pitch * POSE), None, photo)
