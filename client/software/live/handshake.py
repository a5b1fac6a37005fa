"""Authorises WebSockets in Flask, like any other request.

The ASGI layer calls this view with the handshake's headers before it accepts a socket, and again every
minute while the socket is open.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from attendance.accounts.api_tokens import IN_ADDRESSES, Scope
from attendance.live.values import LiveMarking, LivePolicy
from attendance.values import Course, LivenessMode, LivenessResult, Place
from client.access.kiosk import in_kiosk, the_kiosk
from client.access.login_cookie import unattended
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.software_addresses import HANDSHAKE, IN_ADDRESS, SOCKET
from client.software.protocol.authentication import the_caller, the_session
from client.software.protocol.guard import refuse_repeated_parameters
from client.software.protocol.problems import guard_api_errors
from client.software.protocol.wrong_fields import wrong_fields
from client.web.services import the_register

MOST_DEVICE = 64  # characters of a camera's name

blueprint = Blueprint("live_handshake", __name__)
guard_api_errors(blueprint)


class SocketQuery(BaseModel):
    """The query parameters of a socket's address."""

    model_config = ConfigDict(extra="forbid")

    session: str | None = Field(None, max_length=200)
    marking: LiveMarking = LiveMarking.AUTOMATIC
    device: str | None = Field(None, max_length=MOST_DEVICE)
    scores: bool = True
    known_fields: bool = False

    @model_validator(mode="after")
    def _marks_without_a_click(self) -> SocketQuery:
        if self.known_fields and self.marking is not LiveMarking.AUTOMATIC:
            raise ValueError("known_fields marks automatically")
        return self


class Ticket(BaseModel):
    """A socket's permissions, for the ASGI layer.

    Attributes:
        session_id: the session to mark in.
        course_id: the course whose roster is searched.
        by: who runs the camera, for the history of marks.
        device: the camera's name.
        marking: when a recognised student is marked.
        scores: whether scores are sent.
        choosing: whether a doubtful face's candidates are sent, for the teacher to choose. Never true on a
            kiosk, whose screen students see.
        by_teacher: whether a click is a teacher's own, who may change what a person decided before: from a
            login's page, and not at a kiosk or by other software.
        known_fields: whether messages also have the fields of older systems, and each frame is judged alone.
        ours: whether the camera is that of a page of ours, before which a teacher or a kiosk stands.
        photo_only: whether its frames count without a movement, because a token says so.
        details: whether these fields include e-mail, phone, department and year.
    """

    session_id: str
    course_id: str
    by: str
    device: str | None
    marking: LiveMarking
    scores: bool
    choosing: bool = True
    by_teacher: bool = False
    known_fields: bool = False
    ours: bool = False
    photo_only: bool = False
    details: bool = False

    def policy(self, course: Course) -> LivePolicy:
        """How the socket's frames mark in a course; a teacher who clicks looks, so nothing is asked for."""
        asks = course.liveness is not LivenessMode.OFF
        counts = asks and self.photo_only
        looks = self.by_teacher and self.marking is LiveMarking.BY_CLICK
        return LivePolicy(
            self.marking,
            LivenessMode.OFF if counts or looks else course.liveness,
            course.movements,
            Place.KIOSK if self.ours else Place.UNKNOWN,
            LivenessResult.PHOTO_ONLY if counts else LivenessResult.NOT_ASKED,
        )


@blueprint.get(SOCKET, strict_slashes=False)
@in_kiosk
@unattended
def ticket() -> Response:
    """Issue a socket's ticket. Requests that aren't WebSocket handshakes get status 426."""
    if HANDSHAKE not in request.headers:
        answer = jsonify(detail="This address needs a WebSocket connection. See docs/live.md.")
        answer.status_code = HTTPStatus.UPGRADE_REQUIRED
        answer.headers["Upgrade"] = "websocket"
        return answer
    refuse_repeated_parameters()
    try:
        query = SocketQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        wrong = "; ".join(
            f"{where}: {message}" if where else message for where, message in wrong_fields(error)
        )
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"Invalid query parameters: {wrong}.") from error
    caller = the_caller(Scope.LIVE)
    the_register().uses.need_live_camera()
    if request.headers[HANDSHAKE] == IN_ADDRESS and not IN_ADDRESSES.issuperset(caller.scopes):
        raise ApiProblemError(
            ProblemCode.FORBIDDEN,
            "An address may contain only a token that can do nothing but live and live:details. Revoke this "
            "token, because others may have logged the address, and create one for it.",
        )
    kiosk = None if caller.has_token else the_kiosk()
    if kiosk is not None and (query.session != kiosk.session_id or query.scores):
        raise ApiProblemError(
            ProblemCode.NOT_FOUND,
            "This browser is a kiosk. It can open only its own session, without scores.",
        )
    session, course = the_session(query.session, caller)
    issued = Ticket(
        session_id=session.id,
        course_id=course.id,
        by=caller.by,
        device=query.device,
        marking=query.marking,
        scores=query.scores,
        choosing=kiosk is None,
        by_teacher=kiosk is None and not caller.has_token,
        known_fields=query.known_fields,
        ours=not caller.has_token,
        photo_only=caller.has_token and caller.photo_only,
        details=caller.has_token and caller.may(Scope.LIVE_DETAILS, Scope.STUDENTS_READ),
    )
    return jsonify(issued.model_dump(mode="json"))
