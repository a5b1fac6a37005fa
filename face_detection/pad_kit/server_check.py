"""The rule of a server as the kit's check, and presentations that it judges, in whatever process.

Here the kit, which knows no students, meets the rule of the server that it measures.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2

from attendance.liveness.rule import judge_shown
from attendance.recognition.engine_loader import load_configured
from attendance.settings.settings import Settings
from face_detection.liveness.five_points import pose_of_points
from face_detection.liveness.values import Turn
from face_detection.pad_kit.material.choosing import StillChoice, StillFault, choose
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.results.pad_report import JudgedPresentation
from face_detection.pad_kit.running import RunPlan, judged_stills
from face_detection.pad_kit.values import CheckAnswer, Presentation
from face_detection.pipeline import FacePipeline
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.values import Face, Photo

MOST_YAW, MOST_PITCH = 0.15, 0.4
"""Most yaw and pitch of a still, as tangents by the five points: less than a check-in allows at first, 0.3
and 0.6. The page asks people to look at the phone; those in press photos nobody asked."""


class ServerCheck:
    """What a server does with a check-in's photo and frames before it looks for the student.

    Args:
        pipeline: the server's detector, engine and burst reader.
    """

    def __init__(self, pipeline: FacePipeline) -> None:
        self._pipeline = pipeline
        mesh = "with the face mesh" if pipeline.bursts.has_mesh else "without the face mesh"
        self.name = f"{pipeline.engine_name}, {pipeline.detector_name}, {mesh}"

    def fault_of(self, still: FacePortrait) -> StillFault | None:
        """What is wrong with a still: by this server's detector, or as the photo of a check-in."""
        height, width = still.pixels.shape[:2]
        fault = fault_of_faces(self._pipeline.detector.detect(Photo(still.pixels, (height, width))))
        if fault is not None:
            return fault
        photo = cv2.imencode(".png", cv2.cvtColor(still.pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
        is_fit = self._pipeline.read(photo, CHECK_IN_LIMITS).embedding is not None
        return None if is_fit else StillFault.UNFIT

    def __call__(self, shown: Presentation) -> CheckAnswer:
        """Judge a presentation."""
        probe = self._pipeline.read(shown.snapshot, CHECK_IN_LIMITS)
        if probe.embedding is None:
            return CheckAnswer(tuple(problem.value for problem in probe.problems))
        turns = [Turn(direction.value) for direction in shown.asked]
        movement = judge_shown(self._pipeline, probe.embedding, shown.frames, shown.taken, turns)
        return CheckAnswer(movement.why)


def fault_of_faces(faces: Sequence[Face]) -> StillFault | None:
    """What is wrong with the faces found in a still; None if it is one, which looks at the camera."""
    if len(faces) != 1:
        return StillFault.SEVERAL_FACES if faces else StillFault.NO_FACE
    pose = pose_of_points(faces[0].landmarks)
    is_straight = abs(pose.yaw) <= MOST_YAW and abs(pose.pitch) <= MOST_PITCH
    return None if is_straight else StillFault.LOOKS_ASIDE


@cache
def check_of(engine: str, detector: str) -> ServerCheck:
    """The check of a server with this machine's settings; each process has its own."""
    return ServerCheck(load_configured(Settings.from_env(os.environ), engine, detector))


Stills = tuple[tuple[str, tuple[Path, ...]], str, str]
"""A person's name and stills, and the names of engine and detector."""


def chosen(stills: Stills) -> StillChoice:
    """The still of one person that presentations are made from, in whatever process."""
    of_person, engine, detector = stills
    return choose(of_person, check_of(engine, detector).fault_of)


Order = tuple[tuple[int, FacePortrait, FacePortrait], RunPlan, str, str]


def present(order: Order) -> list[JudgedPresentation]:
    """All presentations of one person, in whatever process."""
    person, plan, engine, detector = order
    return list(judged_stills([person], plan, check_of(engine, detector)))
