"""How these addresses answer: ``success`` and ``message``, as such clients expect, with honest statuses."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import HTTPException

from attendance.errors import AttendanceError
from attendance.own_camera import CameraError
from client.api.guard import JSON, MOST_FIELD_BYTES, MOST_PARTS
from client.api.problem_kinds import ProblemCode
from client.api.problems import ApiProblemError, api_problem
from face_detection.errors import FaceDetectionError

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
Model = TypeVar("Model", bound=BaseModel)


class Fields(BaseModel):
    """What a client sends; fields that mean nothing here are passed over, as such clients send many."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)


def answer_errors(blueprint: Blueprint) -> None:
    """Answer every error of the blueprint's views in this form."""
    for kind in (ApiProblemError, AttendanceError, FaceDetectionError, HTTPException):
        blueprint.register_error_handler(kind, _failed)


def told(message: str, *, status: int = 200, **more: Any) -> Response:
    """An answer to a call that was carried out."""
    answer = jsonify(success=status < 400, message=message, **more)
    answer.status_code = status
    return answer


def the_json(model: type[Model]) -> Model:
    """The JSON body.

    Raises:
        ApiProblemError: it is none, or lacks a field.
    """
    if request.mimetype != JSON:
        raise ApiProblemError(ProblemCode.WRONG_CONTENT_TYPE, f"The body must be {JSON}.")
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ApiProblemError(ProblemCode.BAD_REQUEST, "The body must be one JSON object in UTF-8.")
    return _read(model, given)


def the_form(model: type[Model]) -> Model:
    """The form's fields.

    Raises:
        ApiProblemError: it is none, is broken, or lacks a field.
    """
    if request.mimetype not in FORMS:
        raise ApiProblemError(ProblemCode.WRONG_CONTENT_TYPE, "The body must be a form.")
    request.max_form_parts, request.max_form_memory_size = MOST_PARTS, MOST_FIELD_BYTES
    try:
        return _read(model, request.form.to_dict())
    except ValueError as error:
        raise ApiProblemError(ProblemCode.BAD_REQUEST, f"The form is broken: {error}.") from error


def _read(model: type[Model], given: dict[str, Any]) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in each['loc']) or 'the body'}: {each['msg']}"
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"{wrong}.") from error


def _failed(error: Exception) -> Response:
    if isinstance(error, CameraError):
        error = ApiProblemError(ProblemCode.CONFLICT, str(error))
    problem = api_problem(error)
    details = problem.get_json(force=True)
    answer = told(details["detail"], status=problem.status_code, code=details["code"])
    for name in ("Retry-After", "Allow", "WWW-Authenticate"):
        if name in problem.headers:
            answer.headers[name] = problem.headers[name]
    return answer
