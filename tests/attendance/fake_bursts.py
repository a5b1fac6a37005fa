"""Bursts without networks: a frame's colour is the identity of its face, and its size the head's pose."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from face_detection.errors import PhotoError
from face_detection.face_crop import cropped
from face_detection.liveness.burst_checks import most_lost, problem_of_times, require_sizes
from face_detection.liveness.thresholds import LEAST_FRAMES
from face_detection.liveness.values import BurstReading, FrameReading, HeadPose, MovementProblem, Turn
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo

STEP = 16  # between two colours
STRAIGHT_SIDE = 200
"""Width and height in pixels of a frame whose head looks straight; 100 more are a tangent of 1."""

EMPTY = 8
"""Red of a frame without a face is below; that of the first person is `STEP` / 2 = 8."""

WAY = (0.0, 0.0, 0.1, 0.25, 0.45, 0.5, 0.5, 0.3)
"""Tangents of a head that turns as it is asked to, frame by frame."""

GAP_MS = 200

PATCH_SIDE, PATCH_TANGENT = 64, 40
"""Width and height in pixels of a room's patch whose head looks straight; how many more a tangent of 1 is."""


def frame_of(person: int | None, *, yaw: float = 0.0, pitch: float = 0.0, number: int = 0) -> bytes:
    """A frame of a burst.

    Args:
        person: 0 to 15, or None for a frame without a face.
        yaw: tangent; positive to the person's own left.
        pitch: tangent; positive up.
        number: of the frame; another one gives other bytes.
    """
    size = STRAIGHT_SIDE + round(100 * yaw), STRAIGHT_SIDE + round(100 * pitch)
    red = 0 if person is None else person * STEP + STEP // 2
    image = Image.new("RGB", size, (red, STEP // 2, STEP // 2))
    image.putpixel((number, 0), (red, STEP, STEP))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class SentBurst:
    """What a phone sends beside the photo: frames, and when they were taken."""

    frames: tuple[bytes, ...] = ()
    taken: tuple[int, ...] = ()


@cache
def sent_burst(person: int, *turns: Turn, then: int | None = None, take: int = 0) -> SentBurst:
    """A person who makes these movements, one after the other.

    Args:
        person: 0 to 15.
        turns: the movements.
        then: another person, who is in the most turned frames.
        take: 0 to 9; another one gives other bytes.
    """
    frames = list[bytes]()
    for turn in turns:
        sign = 1 if turn in (Turn.LEFT, Turn.UP) else -1
        along = "yaw" if turn in (Turn.LEFT, Turn.RIGHT) else "pitch"
        for tangent in WAY:
            who = person if then is None or tangent < max(WAY) else then
            frames.append(frame_of(who, number=len(frames) + 16 * take, **{along: sign * tangent}))
    return SentBurst(tuple(frames), times_of(frames))


def patch_of(photo: bytes, turn: Turn | None = None, tangent: float = 0.0) -> bytes:
    """The patch of a room that shows a person whose head is turned, as PNG.

    Args:
        photo: the person, as ``photo_of`` makes one.
        turn: which way.
        tangent: how far.
    """
    more = round(PATCH_TANGENT * (tangent if turn in (Turn.LEFT, Turn.UP) else -tangent))
    sides = turn in (Turn.LEFT, Turn.RIGHT)
    size = PATCH_SIDE + (more if sides else 0), PATCH_SIDE + (0 if sides else more)
    out = io.BytesIO()
    Image.open(io.BytesIO(photo)).resize(size).save(out, "PNG")
    return out.getvalue()


def times_of(frames: Sequence[bytes]) -> tuple[int, ...]:
    """Five frames a second."""
    return tuple(range(0, GAP_MS * len(frames), GAP_MS))


class FakeBursts:
    """See ``attendance.recognition.pipelines.BurstSource``."""

    has_mesh = True
    mesh_note = ""

    def load(self) -> None:
        """There is nothing to load."""

    def read(self, frames: Sequence[bytes], taken: Sequence[int]) -> BurstReading:
        """The poses by the sizes; files and times are checked as the real reader does."""
        require_sizes(frames)
        problem = (
            MovementProblem.TOO_FEW if len(frames) < LEAST_FRAMES else problem_of_times(taken, len(frames))
        )
        if problem is None and len(set(frames)) < len(frames):
            problem = MovementProblem.REPEATED
        if problem is not None:
            return BurstReading((), (problem,), with_mesh=True)
        return self.read_photos([_decoded(frame) for frame in frames], taken)

    def read_face(self, photo: Photo, face: Face, at: int) -> FrameReading:
        """The pose by the size of a room's patch: `photo_of` makes them square where the head is straight."""
        around, moved = cropped(photo, face)
        pose = HeadPose(*(float(side - PATCH_SIDE) / PATCH_TANGENT for side in (face.width, face.height)))
        return FrameReading(at, moved, pose, pose, around)

    def read_photos(self, photos: Sequence[Photo], taken: Sequence[int]) -> BurstReading:
        """The poses by the sizes."""
        found, lost = list[FrameReading](), 0
        for photo, at in zip(photos, taken, strict=True):
            if photo.pixels[photo.height // 2, photo.width // 2, 0] < EMPTY:
                lost += 1
                if lost > most_lost(len(photos)) or not found:
                    return BurstReading(tuple(found), (MovementProblem.NO_FACE,), with_mesh=True)
                continue
            pose = HeadPose((photo.width - STRAIGHT_SIDE) / 100, (photo.height - STRAIGHT_SIDE) / 100)
            found.append(FrameReading(at - taken[0], _face_in(photo), pose, pose, photo))
        return BurstReading(tuple(found), (), with_mesh=True)


def _decoded(frame: bytes) -> Photo:
    """The frame, read in this process: there are eight of each check-in."""
    try:
        pixels = np.asarray(Image.open(io.BytesIO(frame)).convert("RGB"))
    except OSError as error:
        raise PhotoError(PhotoProblem.NOT_AN_IMAGE, "A frame is no picture. Send a JPEG.") from error
    return Photo(pixels, (pixels.shape[0], pixels.shape[1]))


def _face_in(photo: Photo) -> Face:
    middle = np.array([photo.width, photo.height], np.float32) / 2
    return Face(np.concatenate([middle / 2, middle * 1.5]), 1.0, np.tile(middle, (5, 1)))
