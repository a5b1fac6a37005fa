"""Access to API calls: a bearer token with the right scope, over a private connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, request

from attendance.accounts.api_tokens import Scope
from attendance.audit.chain.actor import TOKEN
from attendance.values import ApiToken
from client.access.roles import is_safe_transport
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.headers.conditional import refuse_unchecked_conditions
from client.software.protocol.headers.deprecation import Deprecation
from client.software.protocol.headers.documented import headers_of
from client.web.answers.caching import varies_by
from client.web.proxy import hides_this_computer
from client.web.services import the_register
from client.web.visitors.acting import act_for
from client.web.visitors.sent_token import sent_token

JSON = "application/json"
MOST_PARTS = 32
MOST_FIELD_BYTES = 1024 * 1024
_NEEDS = "api_needs"  # attribute of a view
_TOKEN = "api_token"  # noqa: S105 - attribute of flask.g
View = TypeVar("View", bound=Callable[..., Any])

READ_SCOPES = {
    Scope.STUDENTS_WRITE: Scope.STUDENTS_READ,
    Scope.COURSES_WRITE: Scope.COURSES_READ,
    Scope.SESSIONS_WRITE: Scope.SESSIONS_READ,
    Scope.MARKS_WRITE: Scope.MARKS_READ,
}
"""What a token also needs to read what a call that writes answers."""


@dataclass(frozen=True)
class Needs:
    """What a call needs before its view is asked, and announces afterwards.

    Attributes:
        scope: the scope that a token needs; None accepts any token.
        accepts: the content types of the body; empty if the call has no body.
        body_optional: whether the body may be left out.
        several: the parameters that take several values.
        deprecation: what replaces the call, if it is deprecated.
    """

    scope: Scope | None
    accepts: tuple[str, ...] = ()
    body_optional: bool = False
    several: frozenset[str] = frozenset()
    deprecation: Deprecation | None = None


def mark_view(view: View, needs: Needs) -> View:
    """Record what a call needs on its view."""
    setattr(view, _NEEDS, needs)
    return view


def guard_api(resource: Blueprint) -> None:
    """Check token, scope and body before each view of the blueprint, and announce replaced calls."""
    resource.before_request(_guard)
    resource.after_request(_announce)


def the_token() -> ApiToken:
    """The token of this call."""
    token: ApiToken = getattr(g, _TOKEN)
    return token


def caller() -> str:
    """The caller as the history of marks records it."""
    return f"api:{the_token().name}"


def may_read_answer() -> bool:
    """Whether the token of this call may read what the call answers.

    A token that may only write must not read by writing nothing.
    """
    scope = _needs().scope
    needed = None if scope is None else READ_SCOPES.get(scope)
    return needed is None or needed.value in the_token().scopes


def _guard() -> None:
    if request.method == "OPTIONS":
        return
    needs = _needs()
    request.max_form_parts = MOST_PARTS
    request.max_form_memory_size = MOST_FIELD_BYTES
    setattr(g, _TOKEN, holder(needs.scope))
    act_for(TOKEN + the_token().name)
    headers = headers_of(current_app.view_functions[request.endpoint or ""])
    refuse_unchecked_conditions(checks_match=headers is not None and headers.checks_match)
    refuse_repeated_parameters(needs.several)
    if needs.accepts and not (needs.body_optional and not request.get_data(cache=True)):
        _check_body(needs.accepts)


def _announce(response: Response) -> Response:
    deprecation = _needs().deprecation
    return response if deprecation is None else deprecation.announce(response)


def _needs() -> Needs:
    needs: Needs = getattr(current_app.view_functions[request.endpoint or ""], _NEEDS)
    return needs


def refuse_repeated_parameters(several: frozenset[str] = frozenset()) -> None:
    """Reject an address that has a parameter twice, of which one would be ignored.

    Args:
        several: the parameters that take several values.

    Raises:
        ApiProblemError: it has one.
    """
    twice = {name for name, values in request.args.lists() if len(values) > 1} - several
    if twice:
        others = f" Only {', '.join(sorted(several))} may be repeated." if several else ""
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            f"A parameter may appear once in the address; these appear more often: "
            f"{', '.join(sorted(twice))}.{others}",
        )


def https_advice() -> str:
    """How a caller whose connection others can read gets a private one."""
    if hides_this_computer(the_register().settings.trusted_proxies):
        return "Use the https address of the proxy that forwards to this server."
    return "Use https, or call from the server's own machine."


def holder(scope: Scope | None) -> ApiToken:
    """The valid token of this request.

    Args:
        scope: the scope that the token needs; None accepts any token.

    Raises:
        ApiProblemError: the token is missing, not valid or lacks the scope, or the connection is not private.
    """
    varies_by("Authorization")
    if not is_safe_transport():
        raise ApiProblemError(
            ProblemCode.NOT_SECURE,
            f"Others in this network could read the token, so it was rejected. {https_advice()} Revoke any "
            "token that was sent over plain http.",
        )
    text = sent_token(request.environ)
    if text is None:
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING,
            "Send the header Authorization: Bearer <token>. An admin creates tokens.",
            scope=scope,
        )
    token = the_register().api_tokens.holder(text)
    if token is None:
        raise ApiProblemError(
            ProblemCode.TOKEN_INVALID, "This token is unknown, revoked or expired.", scope=scope
        )
    if scope is not None and scope.value not in token.scopes:
        raise ApiProblemError(
            ProblemCode.SCOPE_MISSING,
            f"This call needs the scope {scope.value}; the token has {', '.join(token.scopes) or 'none'}.",
            scope=scope,
        )
    return token


def _check_body(accepts: tuple[str, ...]) -> None:
    """Reject a body of the wrong type, or JSON that isn't an object, before a view reads it."""
    if request.mimetype not in accepts:
        raise ApiProblemError(
            ProblemCode.WRONG_CONTENT_TYPE,
            f"The body must be {' or '.join(accepts)}, but its type is {request.mimetype or 'missing'}.",
        )
    if request.mimetype != JSON:
        _ = (request.form, request.files)  # parsed here, so that a broken form gets no further
    elif not isinstance(request.get_json(silent=True), dict):
        raise ApiProblemError(ProblemCode.BAD_REQUEST, "The body must be one JSON object in UTF-8.")
