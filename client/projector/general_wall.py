"""General's projector page and QR code, without a login, only for the server's own computer."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from attendance.classes.general_course import GENERAL_COURSE
from client.problems.refusals import RefusedError, RequestProblem
from client.projector.qr import check_in_url, code_svg
from client.projector.wall_picture import picture_of, wall_page
from client.web.services import the_register
from client.web.visitors.this_computer import from_this_computer

blueprint = Blueprint("general_wall", __name__)


@blueprint.before_request
def only_this_computer() -> None:
    """Anyone who sees the code can check in, so only the server's own computer shows it."""
    if not from_this_computer():
        raise RefusedError(RequestProblem.ONLY_THIS_COMPUTER)


@blueprint.get("/wall")
def wall() -> BaseResponse:
    """The projector page of General's session of today; each session of a course has its own."""
    register = the_register()
    session = register.sessions.open_general()
    if session is None:
        return redirect(url_for("teach_home.home"), HTTPStatus.SEE_OTHER)
    course = register.courses.get(GENERAL_COURSE.id)
    return wall_page(session, course, now=url_for("general_wall.now"), back=url_for("teach_home.home"))


@blueprint.get("/wall/now")
def now() -> Response:
    """The present picture, for the page's script; after midnight that of the new day."""
    return jsonify(asdict(picture_of(the_register().sessions.today())))


@blueprint.get("/qr.svg")
def code() -> Response:
    """The present QR code alone; it expires as the one on the page does."""
    register = the_register()
    address = register.entrances.address(register.sessions.today())
    return Response(code_svg(check_in_url(address)), mimetype="image/svg+xml")
