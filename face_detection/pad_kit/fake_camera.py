"""Films for a browser's fake camera: somebody, or a photo of somebody, before a webcam."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from face_detection.pad_kit.acting import waved
from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.filming import ActedScene, shots
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.scenes.camera import WEBCAM, Camera, Placement
from face_detection.pad_kit.scenes.head_relief import Features
from face_detection.pad_kit.scenes.heads import Head
from face_detection.pad_kit.scenes.movement import Numbers, shake, smooth
from face_detection.pad_kit.scenes.optics import Optics
from face_detection.pad_kit.scenes.rooms import room
from face_detection.pad_kit.scenes.screens import Shine
from face_detection.pad_kit.scenes.sheets import on_screen, printed
from face_detection.pad_kit.values import Direction
from face_detection.values import Pixels

SCENES = ("live", "print", "replay")
"""What can be filmed: a head that turns, a print that is waved, and a screen that shows the turning head."""

RATE = 15
"""Frames a second."""

TURN_SECONDS = 0.7

_TURN = np.radians([30.0, 20.0])  # yaw and pitch
_PRINT = 0.8  # size of the print relative to life
_SCREEN = 260.0  # width of the screen in millimetres


@dataclass(frozen=True)
class FilmCourse:
    """The course of a film: straight, turned to each direction and back, and again from the beginning.

    Attributes:
        turns: the directions, in their order.
        straight: seconds of looking straight at the beginning, and after each turn.
        hold: seconds of staying turned.
        turning: seconds of each turn, and of each way back.
    """

    turns: tuple[Direction, ...]
    straight: float = 2.0
    hold: float = 0.6
    turning: float = TURN_SECONDS

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.straight + len(self.turns) * (2 * self.turning + self.hold + self.straight)

    def share(self, time: float) -> tuple[float, float]:
        """Yaw and pitch at a time, in sizes of the turn."""
        one = 2 * self.turning + self.hold + self.straight
        number, within = divmod(time - self.straight, one)
        if number < 0 or number >= len(self.turns):
            return 0.0, 0.0
        there = min(1.0, within / self.turning)
        back = min(1.0, max(0.0, within - self.turning - self.hold) / self.turning)
        size = smooth(there) - smooth(back)
        yaw, pitch = self.turns[int(number)].turn
        return yaw * size, pitch * size


def filmed(
    portrait: FacePortrait, scene: str, course: FilmCourse, *, seed: int = 0, camera: Camera = WEBCAM
) -> list[Pixels]:
    """The frames of a film.

    Args:
        portrait: the person.
        scene: one of ``SCENES``.
        course: what the head does; a print is waved instead.
        seed: of the small movements and the noise.
        camera: films it.

    Returns:
        RGB uint8 ``(H, W, 3)`` each, ``RATE`` a second.
    """
    rng = np.random.default_rng(seed)
    times = np.arange(round(course.seconds * RATE)) / RATE
    poses = _poses(times, course, rng)
    head = Head(portrait, Features())
    live = ActedScene(poses, lambda camera, number: head.seen(camera, poses[number]))
    optics = Optics(np.ones(3), 1.5, 0.5, 85)
    if scene == "live":
        return list(shots(live, times, optics, rng, camera))
    behind = room(camera, rng)
    if scene == "print":
        sheet, waves = printed(portrait, scale=_PRINT, rng=rng), waved(times, _PRINT, rng)
        flat = ActedScene(waves, lambda camera, number: sheet.seen(camera, waves[number], behind))
        return list(shots(flat, times, optics, rng, camera))
    played = shots(live, times, optics, rng, camera)
    size = _SCREEN / camera.width * camera.focal / poses[0].distance
    still = [Placement(x=0, y=0, distance=pose.distance * size * 1.1) for pose in poses]
    middle, shine = (camera.width / 2, camera.height / 2), Shine.drawn(rng)
    screen = partial(on_screen, wide=_SCREEN, middle=middle)

    def replay(camera: Camera, number: int) -> Pixels:
        seen = screen(played[number], rng=np.random.default_rng(seed)).seen(camera, still[number], behind)
        return shine.over(seen, camera, still[number])

    return list(shots(ActedScene(tuple(still), replay), times, optics, rng, camera))


def _poses(times: Numbers, course: FilmCourse, rng: np.random.Generator) -> tuple[Placement, ...]:
    angles = np.array([course.share(float(time)) for time in times]) * _TURN
    angles += np.radians(np.column_stack([shake(times, 1.0, rng), shake(times, 1.0, rng)]))
    x, y, away = (shake(times, size, rng) for size in (4.0, 4.0, 5.0))
    return tuple(
        Placement(
            yaw=float(yaw),
            pitch=float(pitch),
            x=float(x[n]),
            y=float(y[n]) - 15,
            distance=380 + float(away[n]),
        )
        for n, (yaw, pitch) in enumerate(angles)
    )


def write_film(path: Path, frames: Sequence[Pixels]) -> None:
    """Write a file for Chromium's ``--use-file-for-fake-video-capture``.

    Args:
        path: ends in ``.mjpeg`` (JPEGs in a row) or ``.y4m`` (uncompressed).
        frames: RGB uint8 ``(H, W, 3)``, with even height and width.

    Raises:
        PadMaterialError: the name has another ending, or the file can't be written.
    """
    require_film_name(path)
    parts = _mjpeg(frames) if path.suffix == ".mjpeg" else _y4m(frames)
    try:
        with path.open("wb") as file:
            file.writelines(parts)
    except OSError as error:
        raise PadMaterialError(f"{path} can't be written: {error.strerror}.") from error


def require_film_name(path: Path) -> None:
    """Raise ``PadMaterialError`` unless the file's name has the ending of a film."""
    if path.suffix not in (".mjpeg", ".y4m"):
        raise PadMaterialError(f"{path}: a film ends in .mjpeg or .y4m.")


def _mjpeg(frames: Sequence[Pixels]) -> Iterator[bytes]:
    for frame in frames:
        yield Optics(np.ones(3), 0, 0, 88).jpeg(frame)


def _y4m(frames: Sequence[Pixels]) -> Iterator[bytes]:
    height, width = frames[0].shape[:2]
    yield f"YUV4MPEG2 W{width} H{height} F{RATE}:1 Ip A1:1 C420jpeg\n".encode()
    for frame in frames:
        yield b"FRAME\n"
        yield cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes()
