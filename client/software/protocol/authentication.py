"""Who calls where a login or a token opens the door: the WebSocket, and the names that other systems know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from attendance.accounts.api_tokens import Scope
from attendance.values import Course, Session
from client.access.login_cookie import signed_in_user
from client.access.roles import SAFE_METHODS, is_safe_transport, may_teach
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.guard import holder
from client.web.services import the_register


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Attributes:
        by: for the history of marks: a user's id, or ``api:`` with a token's name.
        has_token: whether a token opened the door, which sees all courses.
    """

    by: str
    has_token: bool

    def may_run(self, course: Course) -> bool:
        """Whether the caller may see and change a course."""
        return self.has_token or may_teach(course)


def the_caller(scope: Scope) -> Caller:
    """Who calls, by a token with the scope or by the login of a browser on a page of ours.

    Raises:
        ApiProblemError: neither; or others in the network could read along.
    """
    found = caller_if_any(scope)
    if found is None:
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING, f"Log in, or send a token with the scope {scope.value}."
        )
    return found


def caller_if_any(scope: Scope) -> Caller | None:
    """Who calls, or None for somebody who brings neither a token nor a login.

    Raises:
        ApiProblemError: a token that does not hold or lacks the scope; a login from another site's page;
            or others in the network could read along.
    """
    if request.headers.get("Authorization"):
        return Caller(f"api:{holder(scope).name}", has_token=True)
    user = signed_in_user()
    if user is None:
        return None
    if not is_safe_transport():
        raise ApiProblemError(
            ProblemCode.NOT_SECURE, "Others in this network could read along. Use https: --tls or --public."
        )
    if not _is_our_page():
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING, "A page of another site, or no page at all, needs a token."
        )
    return Caller(user.id, has_token=False)


def _is_our_page() -> bool:
    """Whether a browser says that a page of ours asks, or the person at it.

    It sends the cookie of a login whatever page asks. What reads, it sends without an origin.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        asks = request.headers.get("Sec-Fetch-Site")
        return request.method in SAFE_METHODS and asks in ("same-origin", "none")
    return origin == request.host_url.rstrip("/")


def the_session(wanted: str | None, caller: Caller) -> tuple[Session, Course]:
    """The session that is asked for, or the one that is open.

    Raises:
        ApiProblemError: the caller may not run it; or none or several are open.
        SessionNotFoundError: there is no such session.
    """
    register = the_register()
    if wanted is not None:
        session = register.class_sessions.get(wanted)
        course = register.sessions.course_of(session)
        if not caller.may_run(course):
            raise ApiProblemError(ProblemCode.NOT_FOUND, f"You have no session {wanted!r}.")
        return session, course
    if register.courses.general_runs():
        register.sessions.today()  # begins with whoever asks first
    open_ = [
        (session, course)
        for session in register.class_sessions.open_ones()
        for course in [register.sessions.course_of(session)]
        if caller.may_run(course)
    ]
    if len(open_) != 1:
        names = ", ".join(session.id for session, _ in open_)
        told = f"Say which session you mean; open now: {names}." if names else "No session is open. Open one."
        raise ApiProblemError(ProblemCode.CONFLICT, told)
    return open_[0]
