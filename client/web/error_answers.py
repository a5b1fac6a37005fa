"""How all apps and blueprints answer errors: each brings only the form that its users read."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Response
from flask.sansio.scaffold import Scaffold
from werkzeug.exceptions import HTTPException

from client.problems.refusals import RequestProblem
from client.problems.table import DOMAIN_ERRORS, KnownProblem, problem_of
from client.web.limits.rate_limits import seconds_to_wait
from client.web.services import the_register

_log = logging.getLogger(__name__)


def answer_errors(where: Scaffold, render: Callable[[KnownProblem], Response]) -> None:
    """Answer every error of an app or of a blueprint's views.

    Status and headers come from the table of problems.

    Args:
        where: the app or blueprint.
        render: makes the body, in the form that the users of ``where`` read.
    """

    def answer(error: Exception) -> Response:
        return error_answer(error, render)

    for kind in (*DOMAIN_ERRORS, HTTPException):
        where.register_error_handler(kind, answer)


def error_answer(error: Exception, render: Callable[[KnownProblem], Response]) -> Response:
    """The answer to one error.

    Args:
        error: what was raised while a request was served.
        render: makes the body.
    """
    if isinstance(error, HTTPException) and (made := _made_already(error)) is not None:
        return made
    problem = problem_of(error)
    if problem.log is not None:
        _log.log(problem.log, "A request is refused (%s): %s", problem.problem.value, error)
    the_register().measures.refused(problem.problem.value)
    answer = render(problem)
    answer.status_code = problem.status
    is_limited = isinstance(error, HTTPException) and problem.problem is RequestProblem.TOO_MANY_TRIES
    retry_after = seconds_to_wait() if is_limited else problem.retry_after
    if retry_after is not None:
        answer.headers["Retry-After"] = str(max(1, retry_after))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _made_already(error: HTTPException) -> Response | None:
    """The answer that the error carries, or a redirect, which is not an error."""
    if isinstance(error.response, Response):
        return error.response
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=error.get_headers())
    return None
