"""What these addresses accept and answer: fields and ``success`` as such clients know them, real statuses."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError

from attendance.values import Student
from client.problems.problem_kinds import ApiProblemError, ProblemCode, problem_document
from client.problems.table import KnownProblem
from client.software.protocol.guard import JSON, MOST_FIELD_BYTES, MOST_PARTS
from client.software.protocol.problems import CHALLENGE
from client.web.services import the_register
from client.web.upload import MULTIPART
from client.web.wording import local

FORMS = ("application/x-www-form-urlencoded", MULTIPART)
Model = TypeVar("Model", bound=BaseModel)


class Fields(BaseModel):
    """What a client sends; unknown fields are ignored, since such clients send many."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)


def told(message: str, *, status: int = 200, **more: Any) -> Response:
    """An answer: the result of the call, in one sentence and in fields."""
    answer = jsonify(success=status < 400, message=message, **more)
    answer.status_code = status
    return answer


def student_info(student: Student, *, names: bool, details: bool) -> dict[str, str | None]:
    """A student as these answers show one; what the caller may not read is null.

    Args:
        student: the student.
        names: whether the caller may read id, roll number and name.
        details: whether the caller may read the rest.
    """
    return {
        "id": student.id if names else None,
        "roll_no": student.roll_number if names else None,
        "name": student.name if names else None,
        "email": student.email if details else None,
        "phone": student.phone if details else None,
        "department": student.department if details else None,
        "year": student.year if details else None,
    }


def local_time(moment: datetime) -> str:
    """A moment at the site, ISO 8601 to the second and with its offset."""
    return local(moment, the_register().settings.time_zone).isoformat(timespec="seconds")


def the_json(model: type[Model]) -> Model:
    """The JSON body.

    Raises:
        ApiProblemError: it is not a JSON object, or lacks a field.
    """
    if request.mimetype != JSON:
        raise _wrong_type(JSON)
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ApiProblemError(ProblemCode.BAD_REQUEST, "The body must be one JSON object in UTF-8.")
    return _read(model, given)


def the_form(model: type[Model], *, wanted: str = "a form") -> Model:
    """The form's fields; no body at all is an empty form.

    Args:
        model: what it must be.
        wanted: what the address accepts, for clients that send something else.

    Raises:
        ApiProblemError: it is not a form, lacks a field, has one twice, or contains files.
        RefusedError: it is broken.
    """
    if request.mimetype not in FORMS and (request.mimetype or request.content_length):
        raise _wrong_type(wanted)
    request.max_form_parts, request.max_form_memory_size = MOST_PARTS, MOST_FIELD_BYTES
    form, files = request.form, request.files
    if files:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            "This form takes no files: the server's own camera takes the pictures. Send yours as JSON.",
        )
    twice = ", ".join(sorted(name for name in model.model_fields if len(form.getlist(name)) > 1))
    if twice:
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"These fields appear more than once: {twice}.")
    return _read(model, form.to_dict())


def _wrong_type(wanted: str) -> ApiProblemError:
    sent = request.mimetype or "without a content type"
    return ApiProblemError(ProblemCode.WRONG_CONTENT_TYPE, f"The body must be {wanted}, not {sent}.")


def _read(model: type[Model], given: dict[str, Any]) -> Model:
    """The fields; empty ones count as missing."""
    try:
        return model.model_validate({name: value for name, value in given.items() if value != ""})
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in each['loc']) or 'the body'}: {each['msg']}"
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"{wrong}.") from error


def legacy_problem(problem: KnownProblem) -> Response:
    """The answer to a call that failed, in the form that such clients read."""
    details = problem_document(problem.code, problem.message)
    answer = told(details["detail"], status=problem.status, code=details["code"])
    if problem.status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    return answer
