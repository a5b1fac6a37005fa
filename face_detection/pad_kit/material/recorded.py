"""Reads recorded bursts from a folder: films or folders of frames, by kind and person.

``FOLDER/KIND/PERSON/TURNS…``: the kind is ``live``, or a name for an attack, such as ``print``. The name of a
film, or of a folder of frames, begins with what was asked, such as ``left``, ``right-2`` or ``left+up``. Each
frame is named by its milliseconds (``0.jpg``, ``203.jpg`` …). ``snapshot.jpg`` beside them is the check-in's
photo, which is the first frame otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.scenes.movement import FRAMES, step_of
from face_detection.pad_kit.values import Direction, Presentation

FILMS = frozenset({".mp4", ".mov", ".webm", ".avi", ".mkv"})
SNAPSHOT = "snapshot.jpg"
FRAME_SIDE, PHOTO_SIDE = 320, 800
"""Longer sides in pixels of the frames and the photo, as the page sends them."""

_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 80]
_ASKED = re.compile(r"((?:left|right|up|down)(?:\+(?:left|right|up|down))?)(?![a-z])", re.IGNORECASE)


def recorded(folder: Path) -> Iterator[Presentation]:
    """The bursts of a folder, by kind, person and name.

    Raises:
        PadMaterialError: the folder is missing or empty, or a burst in it can't be used.
    """
    if not folder.is_dir():
        raise PadMaterialError(f"{folder} is not a folder of recorded bursts.")
    found = [path for path in sorted(folder.glob("*/*/*")) if path.is_dir() or path.suffix.lower() in FILMS]
    if not found:
        raise PadMaterialError(
            f"{folder} has no bursts. They are films or folders of frames, such as live/ANNA/left-1.mp4."
        )
    for path in found:
        yield _burst(path)


def _burst(path: Path) -> Presentation:
    asked = _ASKED.match(path.name)
    if asked is None:
        raise PadMaterialError(
            f"{path} does not begin with what was asked: left, right, up or down, or two as left+up."
        )
    turns = tuple(Direction(turn) for turn in asked.group(1).lower().split("+"))
    snapshot, frames, taken = _of_frames(path) if path.is_dir() else _of_film(path, len(turns))
    return Presentation(path.parent.parent.name, path.parent.name, turns, snapshot, frames, taken)


def _of_frames(folder: Path) -> tuple[bytes, tuple[bytes, ...], tuple[int, ...]]:
    named = {path: path.stem for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg")}
    timed = sorted((int(stem), path) for path, stem in named.items() if stem.isdigit())
    if len(timed) < 2:
        raise PadMaterialError(
            f"{folder} has fewer than two frames named by milliseconds, such as 0.jpg and 200.jpg."
        )
    if any(before == after for (before, _), (after, _) in pairwise(timed)):
        raise PadMaterialError(f"{folder} has two frames of the same millisecond.")
    frames = tuple(path.read_bytes() for _, path in timed)
    photo = folder / SNAPSHOT
    snapshot = photo.read_bytes() if photo.is_file() else frames[0]
    return snapshot, frames, tuple(at - timed[0][0] for at, _ in timed)


def _of_film(path: Path, movements: int) -> tuple[bytes, tuple[bytes, ...], tuple[int, ...]]:
    """The first frame as the photo, and frames from there on as the page takes them."""
    count, step = FRAMES * movements, step_of(movements)
    film = cv2.VideoCapture(str(path))
    frames: list[bytes] = []
    taken: list[int] = []
    snapshot = b""
    try:
        rate = film.get(cv2.CAP_PROP_FPS) or 30.0
        number = 0
        while len(frames) < count and film.grab():
            at = number / rate
            number += 1
            if at < len(frames) * step:
                continue
            ok, picture = film.retrieve()
            if not ok:
                break
            snapshot = snapshot or _jpeg(picture, PHOTO_SIDE)
            frames.append(_jpeg(picture, FRAME_SIDE))
            taken.append(round(1000 * at))
    finally:
        film.release()
    if len(frames) < count:
        raise PadMaterialError(
            f"{path} is no film, or too short: {count} frames take {step * (count - 1):.1f} s, and it has "
            f"{len(frames)} of them."
        )
    return snapshot, tuple(frames), tuple(taken)


def _jpeg(picture: cv2.typing.MatLike, longest: int) -> bytes:
    height, width = picture.shape[:2]
    factor = min(1.0, longest / max(height, width))
    size = (round(width * factor), round(height * factor))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, _QUALITY)[1].tobytes()
