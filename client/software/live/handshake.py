"""Who may open a WebSocket, and for which session: answered by Flask, as every other request is.

The ASGI layer asks this view with the handshake's own headers before it accepts the socket, and again
every minute while the socket is open.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attendance.accounts.api_tokens import Scope
from attendance.live.values import LiveMarking
from client.access.kiosk import in_kiosk, the_kiosk
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.software_addresses import HANDSHAKE, SOCKET
from client.software.protocol.authentication import the_caller, the_session
from client.software.protocol.problems import guard_api_errors

MOST_DEVICE = 64  # letters of what a camera calls itself

blueprint = Blueprint("live_handshake", __name__)
guard_api_errors(blueprint)


class SocketQuery(BaseModel):
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
        choosing: whether doubts are told with who it may be, and settled by a click; not where students
            see the screen.
    """

    session_id: str
    course_id: str
    by: str
    device: str | None
    marking: LiveMarking
    scores: bool
    choosing: bool = True


@blueprint.get(SOCKET, strict_slashes=False)
@in_kiosk
def ticket() -> Response:
    """The ticket for a socket; any other request hears that it has to ask for one."""
    if HANDSHAKE not in request.headers:
        answer = jsonify(detail="This address speaks WebSocket. See docs/live.md.")
        answer.status_code = HTTPStatus.UPGRADE_REQUIRED
        answer.headers["Upgrade"] = "websocket"
        return answer
    try:
        wanted = SocketQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        where = ", ".join(str(wrong["loc"][0]) for wrong in error.errors())
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED, f"In the address these are not as described: {where}."
        ) from error
    caller = the_caller(Scope.LIVE)
    kiosk = None if caller.has_token else the_kiosk()
    if kiosk is not None and (wanted.session != kiosk.session_id or wanted.scores):
        raise ApiProblemError(
            ProblemCode.NOT_FOUND, "This browser is a kiosk: for its own session, and without scores."
        )
    session, course = the_session(wanted.session, caller)
    given = Ticket(
        session_id=session.id,
        course_id=course.id,
        by=caller.by,
        device=wanted.device,
        marking=wanted.marking,
        scores=wanted.scores,
        choosing=kiosk is None,
    )
    return jsonify(given.model_dump(mode="json"))
