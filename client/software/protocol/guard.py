"""Who may call what: a bearer token over a private connection, with the scope that the call names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, current_app, g, request

from attendance.accounts.api_tokens import Scope
from attendance.values import ApiToken
from client.access.roles import is_safe_transport
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.web.services import the_register

JSON, MULTIPART = "application/json", "multipart/form-data"
MOST_PARTS = 32
MOST_FIELD_BYTES = 1024 * 1024
_SCOPE = "api_scope"  # of a view
_TAKES = "api_takes"  # of a view: the content types of its body
_HOLDER = "api_token"  # in g
View = TypeVar("View", bound=Callable[..., Any])


def mark_view(view: View, scope: Scope | None, takes: tuple[str, ...]) -> View:
    """Note what a view asks for.

    Args:
        view: the view.
        scope: that a token must have; None: any token.
        takes: content types of its body; none where it has no body.
    """
    setattr(view, _SCOPE, scope)
    setattr(view, _TAKES, takes)
    return view


def guard_api(resource: Blueprint) -> None:
    """Let nobody through to the blueprint's views who may not call them."""
    resource.before_request(_guard)


def the_token() -> ApiToken:
    """The token of this call."""
    token: ApiToken = getattr(g, _HOLDER)
    return token


def caller() -> str:
    """Who does what this call does, for the history of marks."""
    return f"api:{the_token().name}"


def _guard() -> None:
    if request.method == "OPTIONS":
        return
    view = current_app.view_functions[request.endpoint or ""]
    request.max_form_parts = MOST_PARTS
    request.max_form_memory_size = MOST_FIELD_BYTES
    setattr(g, _HOLDER, holder(getattr(view, _SCOPE)))
    _check_body(getattr(view, _TAKES))


def holder(scope: Scope | None) -> ApiToken:
    """The token of this request, if it may do this.

    Args:
        scope: that it must have; None: any token.

    Raises:
        ApiProblemError: there is none, it does not hold, it lacks the scope, or others could read it.
    """
    if not is_safe_transport():
        raise ApiProblemError(
            ProblemCode.NOT_SECURE,
            "Others in this network could read the token, so it stops here. Use https, or call from the "
            "server's own machine. Revoke a token that was sent over plain http.",
        )
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING, "Send the header Authorization: Bearer <token>; an admin makes tokens."
        )
    token = the_register().api_tokens.holder(text.strip())
    if token is None:
        raise ApiProblemError(
            ProblemCode.TOKEN_INVALID, "Nobody made this token, or it was revoked, or its time is over."
        )
    if scope is not None and scope.value not in token.scopes:
        raise ApiProblemError(
            ProblemCode.SCOPE_MISSING,
            f"This call needs the scope {scope.value}; this token has {', '.join(token.scopes) or 'none'}.",
        )
    return token


def _check_body(takes: tuple[str, ...]) -> None:
    """Refuse a body of another type, or one that is no JSON object, before anything reads it."""
    if not takes:
        return
    if request.mimetype not in takes:
        raise ApiProblemError(
            ProblemCode.WRONG_CONTENT_TYPE,
            f"The body must be {' or '.join(takes)}, not {request.mimetype or 'without a content type'}.",
        )
    if request.mimetype != JSON:
        try:
            _ = (request.form, request.files)
        except ValueError as error:
            raise ApiProblemError(ProblemCode.BAD_REQUEST, f"The form is broken: {error}.") from error
    elif not isinstance(request.get_json(silent=True), dict):
        raise ApiProblemError(ProblemCode.BAD_REQUEST, "The body must be one JSON object in UTF-8.")
