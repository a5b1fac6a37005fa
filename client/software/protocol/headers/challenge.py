"""``WWW-Authenticate`` (RFC 6750): which token a call needs, and what is wrong with the one that came."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Response

from client.problems.problem_kinds import PROBLEMS, ApiProblemError, ProblemCode
from client.problems.table import KnownProblem

HEADER = "WWW-Authenticate"
_REALM = 'Bearer realm="attendance"'
_ERRORS = {
    ProblemCode.TOKEN_INVALID: "invalid_token",
    ProblemCode.SCOPE_MISSING: "insufficient_scope",
}
"""What RFC 6750 calls a problem. A request without a token has none: it did nothing wrong."""
_NOT_QUOTABLE = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")  # RFC 6750, 3


def challenge(answer: Response, problem: KnownProblem) -> Response:
    """The answer to a problem, with a challenge if another token would help.

    Args:
        answer: the answer, complete but for this header.
        problem: what it answers.
    """
    error = _ERRORS.get(problem.code)
    if error is None and PROBLEMS[problem.code].status is not HTTPStatus.UNAUTHORIZED:
        return answer
    values = {
        "error": error,
        "error_description": problem.message if error else None,
        "scope": _scope(problem),
    }
    answer.headers[HEADER] = ", ".join(
        [_REALM, *(f'{name}="{_NOT_QUOTABLE.sub("?", value)}"' for name, value in values.items() if value)]
    )
    return answer


def _scope(problem: KnownProblem) -> str | None:
    """The scope that the call needs, if it is known."""
    return problem.error.scope if isinstance(problem.error, ApiProblemError) else None
