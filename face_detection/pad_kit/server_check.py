"""The rule of a server as the kit's check, and presentations that it judges, in whatever process.

Here the kit, which knows no students, meets the rule of the server that it measures.
"""

from __future__ import annotations

import os
from functools import cache

from attendance.liveness.rule import judge_shown
from attendance.recognition.engine_loader import load_configured
from attendance.settings.settings import Settings
from face_detection.liveness.values import Turn
from face_detection.pad_kit.portraits import FacePortrait
from face_detection.pad_kit.results.pad_report import JudgedPresentation
from face_detection.pad_kit.running import RunPlan, judged_stills
from face_detection.pad_kit.values import CheckAnswer, Presentation
from face_detection.pipeline import FacePipeline
from face_detection.quality import CHECK_IN_LIMITS


class ServerCheck:
    """What a server does with a check-in's photo and frames before it looks for the student.

    Args:
        pipeline: the server's detector, engine and burst reader.
    """

    def __init__(self, pipeline: FacePipeline) -> None:
        self._pipeline = pipeline
        mesh = "with the face mesh" if pipeline.bursts.has_mesh else "without the face mesh"
        self.name = f"{pipeline.engine_name}, {pipeline.detector_name}, {mesh}"

    def __call__(self, shown: Presentation) -> CheckAnswer:
        """Judge a presentation."""
        probe = self._pipeline.read(shown.snapshot, CHECK_IN_LIMITS)
        if probe.embedding is None:
            return CheckAnswer(tuple(problem.value for problem in probe.problems))
        turns = [Turn(direction.value) for direction in shown.asked]
        movement = judge_shown(self._pipeline, probe.embedding, shown.frames, shown.taken, turns)
        return CheckAnswer(movement.why)


@cache
def check_of(engine: str, detector: str) -> ServerCheck:
    """The check of a server with this machine's settings; each process has its own."""
    return ServerCheck(load_configured(Settings.from_env(os.environ), engine, detector))


Order = tuple[tuple[int, FacePortrait, FacePortrait], RunPlan, str, str]


def present(order: Order) -> list[JudgedPresentation]:
    """All presentations of one person, in whatever process."""
    person, plan, engine, detector = order
    return list(judged_stills([person], plan, check_of(engine, detector)))
