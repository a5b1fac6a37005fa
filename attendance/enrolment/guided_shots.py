"""Rates one shot of a guided set: good or not, and where the head points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from attendance.recognition.pipelines import Pipeline
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from face_detection.quality import ENROLMENT_LIMITS
from face_detection.quality_measures import pose

MOST_SHOTS = 20  # of one set; FaceNet's and dlib's matches gain little from more photos of one day

# Between these the head points ahead, in the units of `face_detection.quality_measures.pose`: straight
# faces of LFW lie within 0.1 of 0 and around 0.55, and enrolment takes up to 0.45 and 0.25 to 0.85.
TURNED = 0.12
RAISED = 0.46
LOWERED = 0.64


class Pose(StrEnum):
    """Where a head points, left and right as seen in the picture."""

    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Shot:
    """The rating of one shot.

    Attributes:
        problem: why it can't be used; None where it is good.
        pose: where the head points in a good one, for a set that shows it from several sides.
        turn: how far it points to the right of the picture, to distinguish two shots of a pose.
        nod: how far it points down.
    """

    problem: PhotoProblem | None = None
    pose: Pose | None = None
    turn: float = 0.0
    nod: float = 0.0


def judge_shot(pipeline: Pipeline, data: bytes) -> Shot:
    """Check a shot against the limits of enrolment.

    Args:
        pipeline: reads it.
        data: the bytes of a photo.
    """
    try:
        probe = pipeline.read(data, ENROLMENT_LIMITS)
    except PhotoError as error:
        return Shot(error.problem)
    if probe.problems:
        return Shot(probe.problems[0])
    if probe.face is None or probe.embedding is None:
        return Shot(PhotoProblem.NO_FACE)
    turn, nod = pose(probe.face.landmarks)
    if not (math.isfinite(turn) and math.isfinite(nod)):
        return Shot(pose=Pose.AHEAD)
    return Shot(pose=pose_of(turn, nod), turn=turn, nod=nod)


def pose_of(turn: float, nod: float) -> Pose:
    """The pose for two ratios of `face_detection.quality_measures.pose`; a turn outweighs a nod."""
    if abs(turn) >= TURNED:
        return Pose.RIGHT if turn > 0 else Pose.LEFT
    if nod <= RAISED:
        return Pose.UP
    return Pose.DOWN if nod >= LOWERED else Pose.AHEAD
