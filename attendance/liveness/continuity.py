"""Judges whether the frames of a movement show one person who turns, and no pictures that are switched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from attendance.liveness.asked_movement import SIDES
from attendance.liveness.burst_problems import BurstProblem
from face_detection.liveness.values import MovementPart, MovementProblem, MovementResult
from face_matching.same_person import one_person_throughout

APPEARS_BETWEEN = 0.46
"""Least sum of how clearly some frame lies in between by its pose (`MovementPart.between`) and by how much it
still looks like the photo. Each of them is at most 0.5. Of 175 switches of two photos 2 pass and of 191 heads
2.6 % are refused; by the pose alone as many heads are refused where 5 % of the switches pass (retail-1, 100
people of half 0 of LFW, presented by face_detection/pad_kit, 2026-11-29)."""


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
    if any(part.between + _looks_between(likeness, moved.straight, part) < APPEARS_BETWEEN for part in sides):
        return MovementProblem.NO_BETWEEN
    return None


def _looks_between(likeness: NDArray[Any], straight: int, part: MovementPart) -> float:
    """How clearly some frame lies in between by its likeness to the photo, 0 to 0.5.

    Frames of one print are alike, so a photo that is switched has none.
    """
    near, far = float(likeness[straight]), float(likeness[list(part.far)].mean())
    if near <= far:
        return 0.0
    shares = np.clip((near - likeness) / (near - far), 0, 1)
    return float(np.minimum(shares, 1 - shares).max())
