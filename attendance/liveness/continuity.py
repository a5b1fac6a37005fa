"""Judges whether the frames of a movement show one person who turns, and no pictures that are switched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from attendance.liveness.asked_movement import SIDES
from attendance.liveness.burst_problems import BurstProblem
from face_detection.liveness.values import MovementPart, MovementProblem, MovementResult
from face_matching.same_person import one_person_throughout

APPEARS_BETWEEN = 0.38
"""Least continuity of a turn to the side (`_continuity`). Of 147 heads that moved far enough one has less,
0.36; of 76 switches of two photos none has as much, the next one 0.35 (retail-1, half 0 of LFW, presented by
face_detection/pad_kit, 2026-11-30)."""

LEAST_LOSS = 0.02
"""Least likeness that a movement costs for its shares to mean anything; frames that show the same differ by
it."""


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
    likeness = faces[1:] @ faces[0]
    sides = [part for part in moved.parts if part.turn in SIDES]  # a nod changes a face too little
    if any(_continuity(likeness, moved.straight, part) < APPEARS_BETWEEN for part in sides):
        return MovementProblem.NO_BETWEEN
    return None


def _continuity(likeness: NDArray[Any], straight: int, part: MovementPart) -> float:
    """How clearly a face goes the way of a movement instead of being there all at once, 0 to 1.25.

    The sum of how clearly some frame lies in between by its likeness to the photo (0 to 0.5), of half of how
    clearly one does by its pose, and of half of what the longest step from one frame to the next leaves of
    the way, in the mean of both. Frames of one print are alike, and two photos that are switched are one
    step.
    """
    poses = np.array(part.shares)
    looks = _way_of_looks(likeness, straight, part)
    between = np.clip(looks, 0, 1)
    longest = float(np.diff((poses + looks) / 2).max(initial=0.0))
    return float(np.minimum(between, 1 - between).max()) + (part.between + 1 - longest) / 2


def _way_of_looks(likeness: NDArray[Any], straight: int, part: MovementPart) -> NDArray[np.float64]:
    """How much of the likeness to the photo that a movement costs is lost in each of its frames."""
    near, far = float(likeness[straight]), float(likeness[list(part.far)].mean())
    seen = np.asarray(likeness[part.first : part.first + len(part.shares)], np.float64)
    return (near - seen) / (near - far) if near - far > LEAST_LOSS else np.zeros(len(seen))
