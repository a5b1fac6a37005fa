"""The movement that a page asked for, and the one that the frames show."""

from __future__ import annotations

from attendance.liveness.asked_movement import asked_turns
from attendance.liveness.rule import ShownMovement, judge_shown
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Submission
from attendance.recognition.pipelines import Pipeline
from attendance.values import Course, LivenessMode, LivenessResult, Session
from face_detection.liveness.values import Turn
from face_detection.values import Embedding


def shown_movement(
    pipeline: Pipeline, photo: Embedding, submission: Submission, mode: LivenessMode, asked: tuple[Turn, ...]
) -> ShownMovement:
    """What the frames show; they are not read where nobody asks for a movement."""
    if mode is LivenessMode.OFF:
        return ShownMovement(LivenessResult.NOT_ASKED, (), photo)
    return judge_shown(pipeline, photo, submission.frames, submission.taken, asked)


def movements_asked(session: Session, attempt: Attempt, course: Course) -> tuple[Turn, ...]:
    """The movements that the page asked for."""
    return asked_turns(session, attempt.grant_id, attempt.opened_at or session.opens_at, course.movements)
