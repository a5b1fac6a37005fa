"""The messages of the WebSocket, as docs/live.md has them."""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attendance.live.values import LiveFace, LiveView
from attendance.store.protocol import Store
from client.errors import BadMessageError
from client.problems.problem_kinds import ProblemCode
from client.problems.refusals import RequestProblem
from client.problems.table import problem_of
from face_matching.gallery import Candidate

LONGEST_TEXT = 4096  # characters of a text message

_log = logging.getLogger(__name__)


class LiveProblem(StrEnum):
    """What can be wrong with a message; the socket stays open."""

    BAD_MESSAGE = "bad_message"
    BAD_FRAME = "bad_frame"
    TOO_LARGE = "too_large"
    TOO_FAST = "too_fast"
    NOBODY = "nobody"
    SESSION_CLOSED = "session_closed"
    NOT_POSSIBLE = "not_possible"
    TRY_LATER = "try_later"
    SERVER_ERROR = "server_error"


# An error of the server's is ``SERVER_ERROR``, and any other one ``NOT_POSSIBLE``.
_OF_PROBLEM = {
    RequestProblem.BAD_REQUEST: LiveProblem.BAD_MESSAGE,
    RequestProblem.PHOTO_UNUSABLE: LiveProblem.BAD_FRAME,
    RequestProblem.TOO_LARGE: LiveProblem.TOO_LARGE,
    RequestProblem.ITEM_UNKNOWN: LiveProblem.NOBODY,
    RequestProblem.CHECK_IN_CLOSED: LiveProblem.SESSION_CLOSED,
    RequestProblem.SERVER_ERROR: LiveProblem.SERVER_ERROR,
}


class Click(BaseModel):
    """The teacher marks a face."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(pattern="^click$")
    face: int = Field(ge=1)
    student: str | None = Field(None, max_length=64)


def read_text(text: str) -> Click:
    """The one kind of text message.

    Raises:
        BadMessageError: it is not one of that kind.
    """
    if len(text) > LONGEST_TEXT:
        raise BadMessageError(f"A text message may have {LONGEST_TEXT} characters, not {len(text)}.")
    try:
        return Click.model_validate_json(text)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in wrong["loc"]) or "the message"
        raise BadMessageError(f"{where}: {wrong['msg']}. Text messages are clicks.") from error


def ready(session_id: str, course: str, *, most_bytes: int, most_per_second: float) -> str:
    """The first message: what the socket is for, and how much it takes."""
    return _text(
        type="ready",
        session=session_id,
        course=course,
        most_bytes=most_bytes,
        most_frames_per_second=most_per_second,
    )


def faces(number: int, view: LiveView, store: Store, *, scores: bool, choosing: bool = True) -> str:
    """What one frame shows.

    Args:
        number: of the frame, from 1, as it arrived.
        view: of the frame.
        store: for the names of candidates.
        scores: whether the receiver is told scores.
        choosing: whether the receiver is told who a doubtful face may be.
    """
    return _text(
        type="faces",
        frame=number,
        width=view.width,
        height=view.height,
        open=view.is_open,
        faces=[_face(face, store, scores=scores, choosing=choosing) for face in view.faces],
    )


def clicked(face: int, student_id: str, status: str) -> str:
    """What came of a click."""
    return _text(type="clicked", face=face, student=student_id, status=status)


def skipped(number: int) -> str:
    """A frame that was not judged, because a newer one came before its turn."""
    return _text(type="skipped", frame=number)


def problem(code: LiveProblem, message: str, *, frame: int | None = None) -> str:
    """A problem; the socket stays open."""
    return _text(type="error", code=code.value, message=message, frame=frame)


def failure(error: Exception, otherwise: str, *, frame: int | None = None) -> str:
    """The message after an error; the socket stays open.

    Args:
        error: what was raised.
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
    told: dict[str, Any] = {
        "id": face.track_id,
        "box": [round(float(value), 1) for value in face.face.box],
        "landmarks": [[round(float(value), 1) for value in point] for point in face.face.landmarks],
        "status": face.status.value,
        "student": None if student is None else student.id,
        "roll_number": None if student is None else student.roll_number,
        "name": None if student is None else student.name,
        "mark": None if face.mark is None else face.mark.status.value,
        "problem": None if face.problem is None else face.problem.value,
        "candidates": [_candidate(each, store, scores=scores) for each in candidates],
    }
    if scores:
        told["score"] = None if face.score is None else round(face.score, 4)
    return told


def _candidate(candidate: Candidate, store: Store, *, scores: bool) -> dict[str, Any]:
    student = store.student(candidate.student_id)
    told: dict[str, Any] = {
        "student": candidate.student_id,
        "roll_number": None if student is None else student.roll_number,
        "name": None if student is None else student.name,
    }
    if scores:
        told["score"] = round(candidate.score, 4)
    return told


def _text(**content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
