"""The outcome of recognition for each face of a scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from benchmarks.scenes.people import Cast
from benchmarks.scenes.scene import Placed
from face_detection.classroom_photo import SeenFace
from face_matching.assignment import assign
from face_matching.decision import Decision, DecisionPolicy, Doubtful, Match
from face_matching.gallery import Gallery
from face_matching.group_thresholds import CONFIRMED

BANDS = ((32, 48), (48, 64), (64, 96), (96, 160))
"""Ranges of the side in pixels, reported separately."""

NEAR = 0.35
"""Maximum distance between the centres of a detected face and the true one, relative to its side."""


class SceneOutcome(Enum):
    """The outcome for a face."""

    MISSED = "not detected"
    UNFIT = "detected, quality too low"
    UNKNOWN = "unknown"
    DOUBTFUL_RIGHT = "in review, first proposal right"
    DOUBTFUL_WRONG = "in review, first proposal wrong"
    RIGHT = "marked correctly"
    WRONG = "marked as somebody else"


@dataclass(frozen=True)
class FaceResult:
    """One face of a scene, or a false detection.

    Attributes:
        outcome: the outcome.
        side: side in pixels; 0 for a false detection.
        enrolled: whether the person is on the roster.
        hard: its difficulties: ``blurred``, ``dark``, ``inclined``.
    """

    outcome: SceneOutcome
    side: float
    enrolled: bool
    hard: frozenset[str] = frozenset()


def decided(
    seen: Sequence[SeenFace], gallery: Gallery, policy: DecisionPolicy
) -> tuple[Decision | None, ...]:
    """The decision about each face, to be confirmed by a person; None if its quality is too low."""
    fit = [face.embedding for face in seen if face.embedding is not None]
    rows = np.stack(fit) if fit else np.empty((0, gallery.dimension), np.float32)
    decisions = iter(assign(gallery, rows, policy, engine=gallery.engine, proof=CONFIRMED))
    return tuple(None if face.embedding is None else next(decisions) for face in seen)


def face_results(
    cast: Cast, seen: Sequence[SeenFace], decisions: Sequence[Decision | None]
) -> list[FaceResult]:
    """All faces of a scene with their outcomes, and the false detections."""
    found_at = owners(cast.scene.placed, seen)
    results = []
    for number, placed in enumerate(cast.scene.placed):
        enrolled = placed.identity in cast.roster
        found = found_at.get(number)
        outcome = SceneOutcome.MISSED
        if found is not None:
            outcome = _outcome(decisions[found], placed.identity)
        results.append(FaceResult(outcome, placed.side, enrolled, _hard(placed)))
    besides = [decisions[n] for n in range(len(seen)) if n not in found_at.values()]
    return results + [FaceResult(_outcome(decision, ""), 0.0, enrolled=False) for decision in besides]


def owners(placed: Sequence[Placed], seen: Sequence[SeenFace]) -> dict[int, int]:
    """Match true faces with the nearest detections.

    Args:
        placed: the true faces.
        seen: the detected faces.

    Returns:
        The index of the detected face by the index of the true one.
    """
    nearest: dict[int, int] = {}
    for number, truth in enumerate(placed):
        middle = (truth.box[:2] + truth.box[2:]) / 2
        away = [float(np.linalg.norm((s.face.box[:2] + s.face.box[2:]) / 2 - middle)) for s in seen]
        if away and min(away) < NEAR * truth.side:
            nearest[number] = int(np.argmin(away))
    return nearest


def _outcome(decision: Decision | None, identity: str) -> SceneOutcome:
    if decision is None:
        return SceneOutcome.UNFIT
    if isinstance(decision, Match):
        return SceneOutcome.RIGHT if decision.student_id == identity else SceneOutcome.WRONG
    if isinstance(decision, Doubtful):
        right = decision.candidates[0].student_id == identity
        return SceneOutcome.DOUBTFUL_RIGHT if right else SceneOutcome.DOUBTFUL_WRONG
    return SceneOutcome.UNKNOWN


def _hard(placed: Placed) -> frozenset[str]:
    found = {"blurred": placed.blurred, "dark": placed.light < 0.6, "inclined": abs(placed.turn) > 12}
    return frozenset(name for name, there in found.items() if there)


def share(faces: Iterable[FaceResult], *outcomes: SceneOutcome) -> float:
    """The fraction of faces with one of several outcomes; NaN if there are no faces."""
    every = [face.outcome in outcomes for face in faces]
    return float(np.mean(every)) if every else float("nan")
