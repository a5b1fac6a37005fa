"""What goes wrong at the API, as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response
from pydantic import Field, ValidationError

from client.problems.problem_kinds import MEDIA_TYPE, ProblemCode, problem_document
from client.problems.table import KnownProblem
from client.software.protocol.headers.challenge import challenge
from client.software.protocol.models import ApiAnswer
from client.software.protocol.wrong_fields import wrong_fields
from client.web.answers.request_ids import the_request_id
from client.web.error_answers import answer_errors


class ProblemPart(ApiAnswer):
    """One of several problems in a request."""

    where: str = Field(description="The field, with dots between levels.", examples=["name"])
    message: str = Field(description="What is wrong with it.", examples=["Field required"])


class Problem(ApiAnswer):
    """Problem details (RFC 9457)."""

    type: str = Field(
        description="Where this kind of problem is documented.", examples=["/docs/problems#conflict"]
    )
    title: str = Field(
        description="A short title of the kind of problem; always the same.",
        examples=["The request conflicts with the current state"],
    )
    status: int = Field(description="The HTTP status.", examples=[409])
    code: ProblemCode = Field(description="The kind of problem, for programs.")
    detail: str = Field(
        description="The cause, and what to do about it.",
        examples=["Another student already has the roll number '17'."],
    )
    request_id: str = Field(
        description="The id of the request, as in the header `X-Request-Id` and in the server's log.",
        examples=["7d3c1c1e-5a0f-4a39-9f0e-0d5a3f6c2b11"],
    )
    errors: list[ProblemPart] = Field(description="The single problems, if there are several.")


def problem_response(code: ProblemCode, detail: str = "", *, errors: Sequence[ProblemPart] = ()) -> Response:
    """The answer to a call that failed.

    Args:
        code: the kind of problem.
        detail: what is wrong here, and what to do; empty takes the kind's own.
        errors: each thing that is wrong, where there are several.
    """
    return _response(the_problem(code, detail, errors=errors))


def the_problem(code: ProblemCode, detail: str = "", *, errors: Sequence[ProblemPart] = ()) -> Problem:
    """A problem as a value; the arguments are those of ``problem_response``."""
    document = problem_document(code, detail, request_id=the_request_id())
    return Problem.model_validate({**document, "errors": errors})


def not_as_described(error: ValidationError) -> Response:
    """The answer to a request that pydantic refuses."""
    return _response(undocumented(error))


def undocumented(error: ValidationError) -> Problem:
    """The problem of what pydantic refuses."""
    parts = [ProblemPart(where=where or "request", message=message) for where, message in wrong_fields(error)]
    detail = f"{len(parts)} fields don't match" if len(parts) > 1 else "One field doesn't match"
    detail += " the documentation; see errors."
    return the_problem(ProblemCode.NOT_AS_DESCRIBED, detail, errors=parts)


def guard_api_errors(resource: Blueprint) -> None:
    """Answer the errors of a blueprint's views as problems."""
    answer_errors(resource, api_problem)


def api_problem(problem: KnownProblem) -> Response:
    """The problem details of a problem."""
    return challenge(problem_response(problem.code, problem.message), problem)


def _response(problem: Problem) -> Response:
    return Response(problem.model_dump_json(), problem.status, content_type=MEDIA_TYPE)
