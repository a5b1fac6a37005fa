"""Who may open a WebSocket, and for which session: answered by Flask, as every other request is.

The ASGI layer asks this view with the handshake's own headers before it accepts the socket, and again
every minute while the socket is open.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attendance.api_tokens import Scope
from attendance.live.values import LiveMarking
from attendance.values import Course, Session
from client.api.guard import holder
from client.api.problem_kinds import ProblemCode
from client.api.problems import ApiProblemError, guard_api_errors
from client.login_cookie import signed_in_user
from client.roles import is_safe_transport, may_teach
from client.services import the_register

PATH = "/ws"
HANDSHAKE = "X-Socket-Handshake"  # on the server's own question; a stranger who sends it learns no more
MOST_DEVICE = 64  # letters of what a camera calls itself

blueprint = Blueprint("live_handshake", __name__)
guard_api_errors(blueprint)


class Wanted(BaseModel):
    """What the address of the socket asks for."""

    model_config = ConfigDict(extra="forbid")

    session: str | None = Field(None, max_length=200)
    marking: LiveMarking = LiveMarking.AUTOMATIC
    device: str | None = Field(None, max_length=MOST_DEVICE)
    scores: bool = True


class Ticket(BaseModel):
    """What the socket may do, for the ASGI layer.

    Attributes:
        session_id: where students are marked.
        course_id: whose roster is searched.
        by: who runs the camera, for the history of marks.
        device: which camera.
        marking: when a recognised student is marked.
        scores: whether scores are told.
    """

    session_id: str
    course_id: str
    by: str
    device: str | None
    marking: LiveMarking
    scores: bool


class Caller(NamedTuple):
    """Who opens the socket."""

    by: str
    has_token: bool


@blueprint.get(PATH, strict_slashes=False)
def ticket() -> Response:
    """The ticket for a socket; any other request hears that it has to ask for one."""
    if HANDSHAKE not in request.headers:
        answer = jsonify(detail="This address speaks WebSocket. See docs/live.md.")
        answer.status_code = HTTPStatus.UPGRADE_REQUIRED
        answer.headers["Upgrade"] = "websocket"
        return answer
    try:
        wanted = Wanted.model_validate(request.args.to_dict())
    except ValidationError as error:
        where = ", ".join(str(wrong["loc"][0]) for wrong in error.errors())
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED, f"In the address these are not as described: {where}."
        ) from error
    caller = _caller()
    session, course = _session(wanted.session, caller)
    given = Ticket(
        session_id=session.id,
        course_id=course.id,
        by=caller.by,
        device=wanted.device,
        marking=wanted.marking,
        scores=wanted.scores,
    )
    return jsonify(given.model_dump(mode="json"))


def _caller() -> Caller:
    if not is_safe_transport():
        raise ApiProblemError(
            ProblemCode.NOT_SECURE, "Others in this network could see the pictures. Use wss, with --tls."
        )
    if request.headers.get("Authorization"):
        return Caller(f"api:{holder(Scope.LIVE).name}", has_token=True)
    # A browser sends the cookie of a login whatever page opens the socket, so that has to be one of ours.
    if request.headers.get("Origin") != request.host_url.rstrip("/"):
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING, "A page of another site, or no page at all, needs a token."
        )
    user = signed_in_user()
    if user is None:
        raise ApiProblemError(ProblemCode.TOKEN_MISSING, "Log in, or send a token with the scope live.")
    return Caller(user.id, has_token=False)


def _session(wanted: str | None, caller: Caller) -> tuple[Session, Course]:
    """The session that is asked for, or the one that is open."""
    register = the_register()
    if wanted is not None:
        session = register.class_sessions.get(wanted)
        course = register.courses.get(session.course_id)
        if not caller.has_token and not may_teach(course):
            raise ApiProblemError(ProblemCode.NOT_FOUND, f"You have no session {wanted!r}.")
        return session, course
    if register.courses.general_runs():
        register.sessions.today()  # begins with whoever asks first
    open_ = [
        (session, course)
        for session in register.class_sessions.open_ones()
        for course in [register.courses.get(session.course_id)]
        if caller.has_token or may_teach(course)
    ]
    if len(open_) != 1:
        names = ", ".join(session.id for session, _ in open_) or "none"
        raise ApiProblemError(ProblemCode.CONFLICT, f"Say which session with ?session=…; open now: {names}.")
    return open_[0]
