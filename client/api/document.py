"""The app as flask-openapi3 wants it, and the OpenAPI document's frame."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError

from client import __version__
from client.api.problem_kinds import ProblemCode
from client.api.problems import Problem, ProblemPart, problem_response

PREFIX = "/api/v1"
TOKEN = "token"  # noqa: S105 - the name of the security scheme
DESCRIPTION = (
    "Students, courses, sessions and marks of one attendance register, and what its recognition sees in a "
    "picture. Every call carries a bearer token that an admin made, with the scopes that the call names."
)
_SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the page Accounts, API tokens: `Authorization: Bearer fa_…`",
    }
}


def documented_app(import_name: str) -> OpenAPI:
    """A Flask app that writes its own OpenAPI 3.1 document.

    Args:
        import_name: as for ``Flask``.
    """
    return OpenAPI(
        import_name,
        info=Info(title="Attendance", version=__version__, description=DESCRIPTION),
        security_schemes=_SECURITY,
        validation_error_model=Problem,
        validation_error_callback=_not_as_described,
        doc_ui=False,  # the page /docs is ours
    )


def _not_as_described(error: ValidationError) -> Response:
    """The problem for a request that pydantic refuses."""
    parts = [
        ProblemPart(where=".".join(str(step) for step in wrong["loc"]) or "request", message=wrong["msg"])
        for wrong in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    many = f"{len(parts)} things are" if len(parts) > 1 else "One thing is"
    problem = problem_response(
        ProblemCode.NOT_AS_DESCRIBED,
        f"{many} not as the document says; errors lists what.",
        errors=parts,
    )
    return make_response(problem)
