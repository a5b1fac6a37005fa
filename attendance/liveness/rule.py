"""Judges whether the frames beside a photo show the student of the photo, alive and moving as the page asked.

It runs before anybody is looked for, and takes as long for a stranger, who does not learn what it found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.continuity import problem_of_faces
from attendance.recognition.pipelines import Pipeline
from attendance.values import LivenessResult
from face_detection.errors import PhotoError
from face_detection.liveness.movement import judge_movement
from face_detection.liveness.values import MovementProblem, Turn
from face_detection.values import Embedding
from face_matching.same_person import one_person
from face_matching.tracks.probe_fusion import fuse

MOST_FUSED = 3
"""Frontal frames whose embeddings are fused with the photo's."""


@dataclass(frozen=True, eq=False)
class ShownMovement:
    """What the frames beside a photo show.

    Attributes:
        result: ``passed``, ``failed`` or ``not_shown``.
        why: codes of what was wrong: values of ``MovementProblem`` and ``BurstProblem``.
        embedding: the face to search for, ``(D,)`` float32 of length 1: the photo's, fused with those of
            frontal frames where the movement was right.
    """

    result: LivenessResult
    why: tuple[str, ...]
    embedding: Embedding


def judge_shown(
    pipeline: Pipeline,
    photo: Embedding,
    frames: Sequence[bytes],
    taken: Sequence[int],
    asked: Sequence[Turn],
) -> ShownMovement:
    """Judge the frames that came with a photo.

    Args:
        pipeline: reads the frames, as it read the photo.
        photo: the face of the photo, ``(D,)`` float32 of length 1.
        frames: in their order; none is no movement.
        taken: when each was taken, in milliseconds.
        asked: the movements that the page asked for, in their order.

    Raises:
        BusyError: too many photos are being read; try again.
    """
    if not frames:
        return ShownMovement(LivenessResult.NOT_SHOWN, (), photo)
    try:
        reading = pipeline.bursts.read(frames, taken)
    except PhotoError:
        return _failed(photo, BurstProblem.UNREADABLE)
    moved = judge_movement(reading, asked)
    if not moved.passed:
        return _failed(photo, *moved.problems)
    seen = [pipeline.embed(frame.photo, [frame.face])[0] for frame in reading.frames]
    engine, detector = pipeline.engine_name, pipeline.detector_name
    problem = problem_of_faces(engine, detector, np.stack([photo, *seen]), moved)
    if problem is not None:
        return _failed(photo, problem)
    frontal = [moved.straight, *(index for index in moved.frontal if index != moved.straight)][:MOST_FUSED]
    alike = [seen[index] for index in frontal if one_person(engine, detector, np.stack([photo, seen[index]]))]
    return ShownMovement(LivenessResult.PASSED, (), fuse(np.stack([photo, *alike])))


def _failed(photo: Embedding, *why: MovementProblem | BurstProblem) -> ShownMovement:
    return ShownMovement(LivenessResult.FAILED, tuple(each.value for each in why), photo)
