"""Authentication by login or token, for the WebSocket and the addresses that other systems know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from attendance.accounts.api_tokens import Scope
from attendance.classes.general_course import meant_ones
from attendance.values import Course, Session, Student
from client.access.login_cookie import signed_in_user
from client.access.roles import Access, is_safe_transport, may, may_teach, whom_to_ask
from client.access.teacher_requests import SAFE_METHODS
from client.access.visible_students import may_see_details
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.software_addresses import TOKEN
from client.software.protocol.guard import holder, https_advice
from client.web.answers.caching import varies_by
from client.web.services import the_register
from client.web.visitors.sent_token import sent_token

_OF_LOGIN = {
    Scope.STUDENTS_READ: Access.ENROLS,
    Scope.STUDENTS_WRITE: Access.ENROLS,
    Scope.LIVE_DETAILS: Access.ENROLS,
}
"""What a login needs to do what a scope allows; nothing more than being a teacher's for the others."""


@dataclass(frozen=True)
class Caller:
    """An authenticated caller.

    Attributes:
        by: for the history of marks: a user's id, or ``api:`` and a token's name.
        has_token: whether the caller used a token, which gives access to all courses.
        scopes: what the caller may do.
        photo_only: whether the caller's photos count without a movement; a teacher's do.
    """

    by: str
    has_token: bool
    scopes: frozenset[Scope]
    photo_only: bool = True

    def may(self, *scopes: Scope) -> bool:
        """Whether the caller may do what any of these scopes allows."""
        return not self.scopes.isdisjoint(scopes)

    @property
    def may_read_names(self) -> bool:
        """Whether answers may name students who were not named in the request."""
        return self.may(Scope.STUDENTS_READ, Scope.MARKS_READ, Scope.RECOGNISE)

    def may_read_details(self, student: Student) -> bool:
        """Whether the caller may read a student's contact data, department and year, and see the portrait."""
        return self.may(Scope.STUDENTS_READ) and (self.has_token or may_see_details(student))

    def may_run(self, course: Course) -> bool:
        """Whether the caller may see and change a course."""
        return self.has_token or may_teach(course)


def the_caller(scope: Scope) -> Caller:
    """The caller, identified by a token with the scope or by a login on one of this server's pages.

    Raises:
        ApiProblemError: the request has neither, or its connection is not private.
    """
    caller = caller_if_any(scope)
    if caller is None:
        detail = f"Log in, or send a token with the scope {scope.value}."
        if TOKEN in request.args:
            detail = (
                "Only /ws accepts a token in its address, because others may log addresses. Send it in the "
                "header Authorization, and revoke this one if others could see the address."
            )
        raise ApiProblemError(ProblemCode.TOKEN_MISSING, detail, scope=scope)
    return caller


def caller_if_any(scope: Scope) -> Caller | None:
    """The caller, or None for a request with neither a token nor a login.

    Raises:
        ApiProblemError: the token is not valid or lacks the scope, the login comes from another site's
            page or lacks a right, or the connection is not private.
    """
    varies_by("Authorization", "Cookie", "Origin", "Sec-Fetch-Site")
    if request.headers.get("Authorization") and not _has_other_password():
        token = holder(scope)
        scopes = frozenset(map(Scope, token.scopes))
        return Caller(f"api:{token.name}", has_token=True, scopes=scopes, photo_only=token.photo_only)
    user = signed_in_user()
    if user is None:
        return None
    if not is_safe_transport():
        raise ApiProblemError(
            ProblemCode.NOT_SECURE,
            f"Others in this network could read this connection. {https_advice()}",
        )
    if not _is_our_page():
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING,
            "Requests from another site's pages, or from outside a page, need a token.",
            scope=scope,
        )
    scopes = frozenset(each for each in Scope if may(_OF_LOGIN.get(each, Access.TEACHER)))
    if scope not in scopes:
        raise ApiProblemError(ProblemCode.FORBIDDEN, whom_to_ask())
    return Caller(user.id, has_token=False, scopes=scopes)


def _has_other_password() -> bool:
    """Whether the request has a password that is no token of ours, such as one for a proxy."""
    scheme = request.headers["Authorization"].partition(" ")[0].lower()
    return scheme == "basic" and sent_token(request.environ) is None


def _is_our_page() -> bool:
    """Whether the browser reports that the request comes from one of this server's pages.

    Browsers send the login's cookie from any page, and read requests have no Origin header.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        site = request.headers.get("Sec-Fetch-Site")
        return request.method in SAFE_METHODS and site in ("same-origin", "none")
    return origin == request.host_url.rstrip("/")


def the_session(session_id: str | None, caller: Caller) -> tuple[Session, Course]:
    """The session with an id and its course, or without an id the only open session; see ``meant_ones``.

    Raises:
        ApiProblemError: the caller may not run the session, or not exactly one is open.
        SessionNotFoundError: no session has this id.
    """
    register = the_register()
    if session_id is not None:
        session = register.class_sessions.get(session_id)
        course = register.sessions.course_of(session)
        if not caller.may_run(course):
            raise ApiProblemError(ProblemCode.NOT_FOUND, f"You have no session {session_id!r}.")
        return session, course
    register.sessions.open_general()  # the first request of the day creates it
    courses = {
        session.id: (session, course)
        for session in register.class_sessions.open_ones()
        for course in [register.sessions.course_of(session)]
        if caller.may_run(course)
    }
    meant = meant_ones([session for session, _ in courses.values()])
    if len(meant) != 1:
        names = ", ".join(session.id for session in meant)
        detail = (
            f"Several sessions are open. Choose one: {names}."
            if names
            else "No session is open. Open one first."
        )
        raise ApiProblemError(ProblemCode.CONFLICT, detail)
    return courses[meant[0].id]
