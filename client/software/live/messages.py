"""The WebSocket's messages, documented in docs/live.md."""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attendance.live.values import LiveFace, LiveView
from attendance.marks.last_word import status_for_cameras
from attendance.store.protocol import Store
from client.errors import BadMessageError
from client.problems.problem_kinds import ProblemCode
from client.problems.refusals import RequestProblem
from client.problems.table import problem_of
from client.software.protocol.models import rounded_score
from client.software.protocol.wrong_fields import wrong_fields
from face_matching.candidates import Candidate

LONGEST_TEXT = 4096  # characters of a text message
Message = dict[str, Any]
"""A message of the server: its ``type``, and its fields."""

_log = logging.getLogger(__name__)


class LiveProblem(StrEnum):
    """Codes of errors after which the socket stays open."""

    BAD_MESSAGE = "bad_message"
    BAD_FRAME = "bad_frame"
    TOO_LARGE = "too_large"
    TOO_FAST = "too_fast"
    NOBODY = "nobody"
    SESSION_CLOSED = "session_closed"
    NOT_POSSIBLE = "not_possible"
    TRY_LATER = "try_later"
    SERVER_ERROR = "server_error"


# Any other problem of a client is ``NOT_POSSIBLE``, and any other one of the server ``TRY_LATER``.
_OF_PROBLEM = {
    RequestProblem.BAD_REQUEST: LiveProblem.BAD_MESSAGE,
    RequestProblem.PHOTO_UNUSABLE: LiveProblem.BAD_FRAME,
    RequestProblem.TOO_LARGE: LiveProblem.TOO_LARGE,
    RequestProblem.ITEM_UNKNOWN: LiveProblem.NOBODY,
    RequestProblem.CHECK_IN_CLOSED: LiveProblem.SESSION_CLOSED,
    RequestProblem.CHECK_IN_CANCELLED: LiveProblem.SESSION_CLOSED,
    RequestProblem.SERVER_ERROR: LiveProblem.SERVER_ERROR,
}


class Click(BaseModel):
    """A teacher's click on a face, to mark it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(pattern="^click$")
    face: int = Field(ge=1)
    student: str | None = Field(None, max_length=64)


def read_text(text: str) -> Click:
    """Parse a text message; clicks are the only kind.

    Raises:
        BadMessageError: the message is too long or not a click.
    """
    if len(text) > LONGEST_TEXT:
        raise BadMessageError(f"The message has {len(text)} characters; the limit is {LONGEST_TEXT}.")
    try:
        return Click.model_validate_json(text)
    except ValidationError as error:
        where, wrong = wrong_fields(error)[0]
        raise BadMessageError(
            f"{where or 'the message'}: {wrong}. A text message must be a click."
        ) from error


def as_text(message: Message) -> str:
    """A message as it is sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def ready(session_id: str, course: str, *, most_bytes: int, most_per_second: float) -> Message:
    """The first message: the session, the course and the limits."""
    return {
        "type": "ready",
        "session": session_id,
        "course": course,
        "most_bytes": most_bytes,
        "most_frames_per_second": most_per_second,
    }


def faces(number: int, view: LiveView, store: Store, *, scores: bool, choosing: bool = True) -> Message:
    """The faces in a frame.

    Args:
        number: the frame's number in order of arrival, from 1.
        view: the recognised faces.
        store: looks up the names of candidates.
        scores: whether to include scores.
        choosing: whether to include the candidates for doubtful faces.
    """
    return {
        "type": "faces",
        "frame": number,
        "width": view.width,
        "height": view.height,
        "open": view.is_open,
        "faces": [_face(face, store, scores=scores, choosing=choosing) for face in view.faces],
    }


def clicked(face: int, student_id: str, status: str) -> Message:
    """A student was marked by a click."""
    return {"type": "clicked", "face": face, "student": student_id, "status": status}


def skipped(number: int) -> Message:
    """A frame was skipped because a newer one arrived."""
    return {"type": "skipped", "frame": number}


def problem(code: LiveProblem, message: str, *, frame: int | None = None) -> Message:
    """An error, after which the socket stays open."""
    return {"type": "error", "code": code.value, "message": message, "frame": frame}


def failure(error: Exception, otherwise: str, *, frame: int | None = None) -> Message:
    """The message for an error, after which the socket stays open.

    Args:
        error: the error.
        otherwise: the sentence if the error's own is for the log alone.
        frame: the number of the frame concerned, if any.
    """
    known = problem_of(error)
    if known.log is not None:
        _log.log(known.log, "A live socket has to wait (%s): %s", known.problem.value, error)
    default = LiveProblem.TRY_LATER if known.code is ProblemCode.TRY_LATER else LiveProblem.NOT_POSSIBLE
    return problem(_OF_PROBLEM.get(known.problem, default), known.message or otherwise, frame=frame)


def _face(face: LiveFace, store: Store, *, scores: bool, choosing: bool) -> dict[str, Any]:
    student = face.student
    candidates = face.candidates if choosing else ()
    fields: dict[str, Any] = {
        "id": face.track_id,
        "box": [round(float(value), 1) for value in face.face.box],
        "landmarks": [[round(float(value), 1) for value in point] for point in face.face.landmarks],
        "status": face.status.value,
        "student": None if student is None else student.id,
        "roll_number": None if student is None else student.roll_number,
        "name": None if student is None else student.name,
        "mark": None if face.mark is None else status_for_cameras(face.mark).value,
        "problem": None if face.problem is None else face.problem.value,
        "turns": [turn.value for turn in face.turns],
        "candidates": [_candidate(each, store, scores=scores) for each in candidates],
    }
    if scores:
        fields["score"] = None if face.score is None else rounded_score(face.score)
    return fields


def _candidate(candidate: Candidate, store: Store, *, scores: bool) -> dict[str, Any]:
    student = store.student(candidate.student_id)
    fields: dict[str, Any] = {
        "student": candidate.student_id,
        "roll_number": None if student is None else student.roll_number,
        "name": None if student is None else student.name,
    }
    if scores:
        fields["score"] = rounded_score(candidate.score)
    return fields
