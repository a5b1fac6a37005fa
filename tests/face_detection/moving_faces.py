"""Faces as a detector gives them, at places that a test says, and ways along which they move."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from face_detection.values import Face
from face_detection.video.tracker import Tracker

Way = Callable[[float], tuple[float, float]]


def face_at(x: float, y: float, *, side: float = 60.0, confidence: float = 0.99) -> Face:
    """A square face whose middle is at a place."""
    box = np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2], np.float32)
    share = np.array([[-0.2, -0.15], [0.2, -0.15], [0, 0], [-0.15, 0.2], [0.15, 0.2]], np.float32)
    return Face(box, confidence, np.array([x, y], np.float32) + share * np.float32(side))


def straight(x: float, y: float, dx: float, dy: float = 0.0) -> Way:
    """From a place, with a speed in pixels a second."""
    return lambda at: (x + dx * at, y + dy * at)


def ids_along(
    tracker: Tracker, ways: Iterable[Way], *, per_second: float, seconds: float, side: float = 60.0
) -> list[dict[int, int]]:
    """For each frame, the track of each person by their number; who is in nobody's track is left out."""
    ways, frames = list(ways), []
    for number in range(int(seconds * per_second) + 1):
        at = number / per_second
        faces = [face_at(*way(at), side=side) for way in ways]
        tracks = [track for track in tracker.update(faces, at) if track.visible]
        frames.append(
            {person: track.id for person, face in enumerate(faces) for track in tracks if track.face is face}
        )
    return frames
