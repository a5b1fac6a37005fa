"""Judges whether the frames beside a photo show the student of the photo, alive and moving as the page asked.

It runs before anybody is looked for, and takes as long for a stranger, who does not learn what it found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from attendance.liveness.burst_problems import BurstProblem
from attendance.recognition.pipelines import Pipeline
from attendance.values import LivenessResult
from face_detection.errors import PhotoError
from face_detection.liveness.movement import judge_movement
from face_detection.liveness.values import BurstReading, MovementProblem, Turn
from face_detection.values import Embedding
from face_matching.probe_fusion import fuse
from face_matching.same_person import one_person

MOST_FUSED = 3
"""Frontal frames whose embeddings are fused with the photo's; each costs a run of the network."""


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
    frontal = [moved.straight, *(index for index in moved.frontal if index != moved.straight)][:MOST_FUSED]
    seen = _embedded(pipeline, reading, {*moved.turned, *frontal})
    if not _agree(pipeline, photo, *(seen[index] for index in (moved.straight, *moved.turned))):
        return _failed(photo, BurstProblem.ANOTHER_PERSON)
    alike = [seen[index] for index in frontal if _agree(pipeline, photo, seen[index])]
    return ShownMovement(LivenessResult.PASSED, (), fuse(np.stack([photo, *alike])))


def _embedded(pipeline: Pipeline, reading: BurstReading, indexes: Iterable[int]) -> dict[int, Embedding]:
    """The embeddings of the faces of some frames, by the frames' indexes."""
    frames = {index: reading.frames[index] for index in sorted(indexes)}
    return {index: pipeline.embed(frame.photo, [frame.face])[0] for index, frame in frames.items()}


def _agree(pipeline: Pipeline, *faces: Embedding) -> bool:
    """Whether faces of one sitting are all one person."""
    return one_person(pipeline.engine_name, pipeline.detector_name, np.stack(faces))


def _failed(photo: Embedding, *why: MovementProblem | BurstProblem) -> ShownMovement:
    return ShownMovement(LivenessResult.FAILED, tuple(each.value for each in why), photo)
