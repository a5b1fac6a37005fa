"""Judges whether the frames of a movement show one person who turns, and no pictures that are switched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from attendance.liveness.asked_movement import SIDES
from attendance.liveness.burst_problems import BurstProblem
from face_detection.liveness.values import MovementPart, MovementProblem, MovementResult
from face_matching.same_person import one_person_throughout

Way = NDArray[np.float64]
"""How much of the way of a movement each frame has gone; 1 is where the head is turned most."""

APPEARS_BETWEEN = 0.35
"""Least continuity of a turn to the side (`_continuity`). Of 624 heads that moved as heads do two have 0.28,
and the next ones 0.42; of 422 switches of two photos four have more, by points that are wrong, which
`two_pictures` finds, and the next ones 0.34 and 0.31 (retail-1, 160 people of half 0 of LFW, presented by
face_detection/pad_kit, 2026-12-01)."""

BEGUN = 0.1
"""Part of the way from which a movement has begun; by its pose, a print that is held still stays below."""

LEAST_WAY = 0.04
"""Least square of the distance from the straight face to the turned one that means anything: a likeness of
0.98, which frames that show the same differ by."""


def problem_of_faces(
    engine: str, detector: str, faces: NDArray[Any], moved: MovementResult
) -> BurstProblem | MovementProblem | None:
    """What is wrong with the faces of a movement that is right by its poses; None if nothing is.

    Args:
        engine: versioned name of the engine.
        detector: name of the detector.
        faces: ``(1 + N, D)`` float32 of length 1: of the photo, then of the N frames in their order.
        moved: how the frames were judged.
    """
    if not one_person_throughout(engine, detector, faces):
        return BurstProblem.ANOTHER_PERSON
    sides = [part for part in moved.parts if part.turn in SIDES]  # a nod changes a face too little
    if any(_continuity(faces[1:], moved.straight, part) < APPEARS_BETWEEN for part in sides):
        return MovementProblem.NO_BETWEEN
    return None


def _continuity(faces: NDArray[Any], straight: int, part: MovementPart) -> float:
    """How clearly a face goes the way of a movement instead of being there all at once, 0 to 1.25.

    The sum of how clearly some frame lies in between by its looks (0 to 0.5), of half of how clearly one
    does by its pose, and of half of what the longest step from one frame to the next leaves of the way, in
    the mean of both. Frames of one print are alike, and two photos that are switched are one step, also where
    the frames of the switch show no face.
    """
    poses = np.array(part.shares)
    looks = _way_of_looks(faces, straight, part)
    longest = float(np.diff((poses + looks) / 2).max(initial=0.0))
    return _between(looks) + (_between(poses) + 1 - longest) / 2


def _between(way: Way) -> float:
    """How clearly some frame lies in between on the way there, or on the way back; 0.5 is half of the way.

    A frame that is less far than one before and one after it is noise: a head goes there once.
    """
    once = np.minimum(np.maximum.accumulate(way), np.maximum.accumulate(way[::-1])[::-1])
    return float(np.clip(np.minimum(once, 1 - once), 0, 1).max(initial=0.0))


def _way_of_looks(faces: NDArray[Any], straight: int, part: MovementPart) -> Way:
    """How much of the way from the straight face to the turned one each frame has gone, by its embedding.

    What changes in other directions, as by noise or light, is no part of it, and the mean of all frames
    before the movement is steadier than one of them.
    """
    seen = np.asarray(faces, np.float64)
    poses = np.array(part.shares)
    begun = np.flatnonzero(np.abs(poses) > BEGUN)
    before = part.first + np.arange(begun[0] if len(begun) else len(poses))
    near = seen[sorted({straight, *before.tolist()})].mean(axis=0)
    way = seen[list(part.far)].mean(axis=0) - near
    length = float(way @ way)
    shown = seen[part.first : part.first + len(poses)]
    return (shown - near) @ way / length if length > LEAST_WAY else np.zeros(len(poses))
