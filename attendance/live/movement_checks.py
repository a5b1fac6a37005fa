"""Asks the faces before one camera to turn, and judges whether they did, each on its own."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from attendance.live.values import LivePolicy
from attendance.liveness.asked_movement import CHOICES
from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.continuity import problem_of_faces
from attendance.liveness.policy import MOST_FAILURES
from attendance.recognition.face_tracking import TrackedFace
from attendance.recognition.pipelines import Pipeline
from attendance.values import LivenessMode, LivenessResult, MarkEvidence, Student
from face_detection.liveness.burst_checks import LEAST_GAP_MS, MOST_GAP_MS
from face_detection.liveness.movement import judge_movement
from face_detection.liveness.thresholds import LEAST_FRAMES, STRAIGHT_YAW
from face_detection.liveness.values import (
    BurstReading,
    FrameReading,
    MovementProblem,
    MovementResult,
    Turn,
)
from face_detection.values import Embedding, Photo

PATIENCE_SECONDS = 8.0
"""How long one movement is waited for: people read the sentence, and understand it."""

WINDOW_SECONDS = 4.0
"""In how much time a movement has to be seen from its straight beginning on; as on a phone for two."""

REST_SECONDS = 60.0
"""After which somebody whose movements failed is asked again; each time it is twice as long as before,
because a bent print would pass after enough tries."""

NOTHING_CAME = frozenset({MovementProblem.TOO_LITTLE, MovementProblem.TOO_FEW, MovementProblem.NO_FACE})

WRONG = frozenset({MovementProblem.WRONG_WAY, MovementProblem.WRONG_ORDER, BurstProblem.ANOTHER_PERSON})
"""What is something else than was asked for, so that waiting helps nobody."""

WRONG_OF_SEVERAL = WRONG - {MovementProblem.WRONG_WAY}
"""The same of several movements: as long as the second is missing, the first is not its way."""

Problems = tuple[MovementProblem | BurstProblem, ...]

_chance = random.SystemRandom()


@dataclass(frozen=True)
class MovementState:
    """How it stands with a face and its movement.

    Attributes:
        turns: what it is asked for now, in this order; empty while it is asked for nothing.
        evidence: what its mark notes, once it may be marked; None before.
    """

    turns: tuple[Turn, ...] = ()
    evidence: MarkEvidence | None = None


@dataclass
class _Asked:
    """A movement that a face is asked for: ``since`` in seconds, ``frames`` of the last moments."""

    student_id: str
    start: int
    turns: tuple[Turn, ...]
    since: float
    frames: list[FrameReading] = field(default_factory=list)


@dataclass(frozen=True)
class _Failure:
    """Movements of a student that failed: how many, when the last did, and what was wrong with it."""

    count: int
    at: float
    why: tuple[str, ...]
    result: LivenessResult


class MovementChecks:
    """Keeps what each face of one stream is asked for, and what came of it. For one thread.

    Who asked whom for what is of one stream only, and never leaves it: the direction is chosen at random for
    each face, and anew after each failure.

    Args:
        pipeline: measures heads and compares faces.
        policy: whether a movement is asked for, and what marks note.
    """

    def __init__(self, pipeline: Pipeline, policy: LivePolicy) -> None:
        self._pipeline = pipeline
        self._policy = policy
        self._asked: dict[int, _Asked] = {}  # by track
        self._passed: dict[int, tuple[str, int]] = {}  # by track: whose face, and of which start
        self._failures: dict[str, _Failure] = {}  # by student

    def look(self, photo: Photo, followed: TrackedFace, student: Student, at: float) -> MovementState:
        """Take a frame of a recognised face that is not marked yet.

        Args:
            photo: the frame.
            followed: the face in it.
            student: whose it is.
            at: when the frame was taken, in seconds.
        """
        if (without := self._without_movement(student)) is not None:
            return MovementState(evidence=self._evidence(without))
        track = followed.track
        if self._passed.get(track.id) == (student.id, followed.start):
            return MovementState(evidence=self._evidence(LivenessResult.PASSED))
        if (failure := self._failed(student.id, at)) is not None:
            return self._after_failures(failure)
        asked = self._asked.get(track.id)
        if asked is None or (asked.student_id, asked.start) != (student.id, followed.start):
            asked = self._asked[track.id] = _Asked(student.id, followed.start, self._choose(), at)
        self._add(asked, photo, followed, at)
        problems = self._judged(asked, followed.best)
        if problems == ():
            del self._asked[track.id]
            self._passed[track.id] = (student.id, followed.start)
            return MovementState(evidence=self._evidence(LivenessResult.PASSED))
        wrong = WRONG if len(asked.turns) == 1 else WRONG_OF_SEVERAL
        if not wrong.isdisjoint(problems or ()) or at - asked.since > PATIENCE_SECONDS * len(asked.turns):
            self._fail(track.id, asked, problems or (), at)
            return self.look(photo, followed, student, at)
        return MovementState(turns=asked.turns)

    def may_be_clicked(self, track_id: int, student: Student) -> MarkEvidence | None:
        """What a mark notes that somebody other than a teacher clicks; None: a movement is missing."""
        if (without := self._without_movement(student)) is not None:
            return self._evidence(without)
        whose = self._passed.get(track_id)
        if whose is not None and whose[0] == student.id:
            return self._evidence(LivenessResult.PASSED)
        failure = self._failures.get(student.id)
        return None if failure is None else self._after_failures(failure).evidence

    def keep_only(self, track_ids: Iterable[int]) -> None:
        """Forget the faces that are no longer in view."""
        kept = set(track_ids)
        self._asked = {track: asked for track, asked in self._asked.items() if track in kept}
        self._passed = {track: whose for track, whose in self._passed.items() if track in kept}

    def _without_movement(self, student: Student) -> LivenessResult | None:
        """What a mark notes if no movement is asked for; None if one is."""
        if self._policy.liveness is LivenessMode.OFF:
            return self._policy.unasked
        return LivenessResult.EXEMPT if student.movement_exempt else None

    def _evidence(self, result: LivenessResult, why: tuple[str, ...] = ()) -> MarkEvidence:
        return MarkEvidence(self._policy.place, result, why)

    def _failed(self, student_id: str, at: float) -> _Failure | None:
        """The failures of a student who is not asked again for now."""
        failure = self._failures.get(student_id)
        if failure is None or failure.count % MOST_FAILURES:
            return None
        rest = REST_SECONDS * 2 ** (failure.count // MOST_FAILURES - 1)
        return failure if at - failure.at <= rest else None

    def _after_failures(self, failure: _Failure) -> MovementState:
        if self._policy.liveness is LivenessMode.REQUIRED or failure.count < MOST_FAILURES:
            return MovementState()
        return MovementState(evidence=self._evidence(failure.result, failure.why))

    def _choose(self, but: tuple[Turn, ...] = ()) -> tuple[Turn, ...]:
        """Movements at random, other ones than the last."""
        while True:
            turns = _chance.choice(CHOICES[self._policy.movements])
            if turns != but:
                return turns

    def _add(self, asked: _Asked, photo: Photo, followed: TrackedFace, at: float) -> None:
        """Measure the face, and forget what is too long ago to belong to the same movement."""
        now = round(1000 * at)
        gap = now - asked.frames[-1].at if asked.frames else LEAST_GAP_MS
        if gap < LEAST_GAP_MS:
            return
        if gap > MOST_GAP_MS:
            asked.frames.clear()
        asked.frames.append(self._pipeline.bursts.read_face(photo, followed.track.face, now))
        window = round(1000 * WINDOW_SECONDS * len(asked.turns))
        asked.frames = [frame for frame in asked.frames if now - frame.at <= window]

    def _judged(self, asked: _Asked, recognised: Embedding | None) -> Problems | None:
        """What is wrong with the movement so far; None while there are too few frames.

        It begins where the head is straightest: what was before belongs to something else.
        """
        while len(asked.frames) >= LEAST_FRAMES * len(asked.turns):
            first, second = (_side(frame) for frame in asked.frames[:2])
            if first > STRAIGHT_YAW or second < first:
                del asked.frames[0]
                continue
            reading = BurstReading(tuple(asked.frames), (), self._pipeline.bursts.has_mesh)
            result = judge_movement(reading, asked.turns)
            if result.problems != (MovementProblem.NOT_STRAIGHT,):
                return self._with_person(asked.frames, result, recognised)
            del asked.frames[0]
        return None

    def _with_person(
        self, frames: list[FrameReading], result: MovementResult, recognised: Embedding | None
    ) -> Problems:
        """What is wrong, also with who moved: a print may have been recognised, and lowered since."""
        if not result.passed:
            return result.problems
        if recognised is None:
            return (BurstProblem.ANOTHER_PERSON,)
        pipeline = self._pipeline
        faces = [pipeline.embed(frame.photo, [frame.face])[0] for frame in frames]
        engine, detector = pipeline.engine_name, pipeline.detector_name
        problem = problem_of_faces(engine, detector, np.stack([recognised, *faces]), result)
        return () if problem is None else (problem,)

    def _fail(self, track_id: int, asked: _Asked, problems: Problems, at: float) -> None:
        """Note a failure, and ask for something else."""
        came = LivenessResult.NOT_SHOWN if NOTHING_CAME.issuperset(problems) else LivenessResult.FAILED
        before = self._failures.get(asked.student_id)
        count = 1 + (0 if before is None else before.count)
        why = tuple(problem.value for problem in problems)
        self._failures[asked.student_id] = _Failure(count, at, why, came)
        self._asked[track_id] = _Asked(asked.student_id, asked.start, self._choose(asked.turns), at)


def _side(frame: FrameReading) -> float:
    """How far a head looks to either side."""
    return abs(frame.points.yaw) if frame.mesh is None else abs(frame.points.yaw + frame.mesh.yaw) / 2
