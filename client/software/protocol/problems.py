"""What goes wrong at the API, as RFC 9457 problem details."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response
from pydantic import Field, ValidationError
from werkzeug.exceptions import HTTPException

from attendance import errors
from client.errors import ClientError
from client.problems.problem_kinds import (
    DETAILS,
    MEDIA_TYPE,
    PROBLEMS,
    RETRY_SECONDS,
    ProblemCode,
    problem_document,
)
from client.software.protocol.models import ApiAnswer
from client.web.rate_limits import seconds_to_wait
from face_detection.errors import FaceDetectionError, PhotoError

_log = logging.getLogger(__name__)


_OF_STATUS = {
    400: ProblemCode.BAD_REQUEST,
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.METHOD_NOT_ALLOWED,
    413: ProblemCode.TOO_LARGE,
    415: ProblemCode.WRONG_CONTENT_TYPE,
    429: ProblemCode.TOO_MANY_REQUESTS,
    503: ProblemCode.TRY_LATER,
}
_AWAY = (errors.StoreUnavailableError, errors.EngineMismatchError, FaceDetectionError)
# The first that an error is one of; any other of the register's is NOT_POSSIBLE. Each tells its own sentence.
_OF_ERROR: tuple[tuple[type[Exception], ProblemCode], ...] = (
    (PhotoError, ProblemCode.PHOTO_UNUSABLE),
    (errors.StudentNotFoundError, ProblemCode.NOT_FOUND),
    (errors.CourseNotFoundError, ProblemCode.NOT_FOUND),
    (errors.SessionNotFoundError, ProblemCode.NOT_FOUND),
    (errors.ReviewNotFoundError, ProblemCode.NOT_FOUND),
    (errors.RollNumberTakenError, ProblemCode.CONFLICT),
    (errors.StudentExistsError, ProblemCode.CONFLICT),
    (errors.SessionClosedError, ProblemCode.CONFLICT),
)


class ProblemPart(ApiAnswer):
    """One of several things that are wrong."""

    where: str = Field(description="The field, with dots between levels.", examples=["name"])
    message: str = Field(description="What is wrong with it.", examples=["Field required"])


class Problem(ApiAnswer):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(
        description="Where this kind of problem is explained.", examples=["/docs/problems#conflict"]
    )
    title: str = Field(
        description="The kind of problem in a few words, always the same.",
        examples=["It stands against what is there"],
    )
    status: int = Field(description="The HTTP status.", examples=[409])
    code: ProblemCode = Field(description="The kind of problem, for a program.")
    detail: str = Field(
        description="What is wrong here, and what to do.",
        examples=["There is a student with the roll number '17' already."],
    )
    errors: list[ProblemPart] = Field(
        default_factory=list, description="Each thing, where there are several."
    )


class ApiProblemError(ClientError):
    """A call of the API ends with a problem.

    Args:
        code: the kind.
        detail: what is wrong here, and what to do.
    """

    def __init__(self, code: ProblemCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def problem_response(code: ProblemCode, detail: str, *, errors: Sequence[ProblemPart] = ()) -> Response:
    """The answer to a call that failed."""
    kind = PROBLEMS[code]
    problem = Problem.model_validate({**problem_document(code, detail), "errors": errors})
    answer = Response(problem.model_dump_json(), kind.status.value, content_type=MEDIA_TYPE)
    if kind.status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="attendance"'
    if kind.status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def not_as_described(error: ValidationError) -> Response:
    """The problem for a request that pydantic refuses."""
    parts = [
        ProblemPart(where=".".join(str(step) for step in wrong["loc"]) or "request", message=wrong["msg"])
        for wrong in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    many = f"{len(parts)} things are" if len(parts) > 1 else "One thing is"
    told = f"{many} not as the document says; errors lists what."
    return problem_response(ProblemCode.NOT_AS_DESCRIBED, told, errors=parts)


def guard_api_errors(resource: Blueprint) -> None:
    """Answer the errors of a blueprint's views as problems."""
    for kind in (ApiProblemError, errors.AttendanceError, FaceDetectionError, HTTPException):
        resource.register_error_handler(kind, api_problem)


def api_problem(error: Exception) -> Response:
    """The problem for an error."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, ApiProblemError):
        return problem_response(error.code, str(error))
    code = next((code for kind, code in _OF_ERROR if isinstance(error, kind)), None)
    if code is None and isinstance(error, _AWAY):
        _log.warning("A call of the API has to wait: %s", error)
        return problem_response(ProblemCode.TRY_LATER, DETAILS[ProblemCode.TRY_LATER])
    return problem_response(code or ProblemCode.NOT_POSSIBLE, str(error))


def _of_http(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response  # one that is made already
    status = error.code or 500
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    code = _OF_STATUS.get(status, ProblemCode.SERVER_ERROR if is_ours else ProblemCode.BAD_REQUEST)
    answer = problem_response(code, DETAILS.get(code, error.description or PROBLEMS[code].title))
    if code is ProblemCode.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = str(seconds_to_wait())
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer
