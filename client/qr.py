"""The code on the wall: only for the computer that runs the check-in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import segno
from flask import Blueprint, Response, current_app, make_response, render_template, request

from attendance.values import Session
from client.answers import course_name
from client.proxy import from_this_computer
from client.refusals import RefusedError, RequestProblem
from client.services import the_register
from client.wording import day_name

PUBLIC_URL = "PUBLIC_URL"  # in app.config: text, or a Callable that gives it, or None
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks

blueprint = Blueprint("qr", __name__)


@blueprint.before_request
def only_this_computer() -> None:
    """Whoever sees the code can check in, so it is shown where the teacher is."""
    if not from_this_computer(request):
        raise RefusedError(RequestProblem.ONLY_THIS_COMPUTER)


@blueprint.get("/qr.svg")
def code() -> Response:
    """The QR code of today's session: black on white, whatever the colour scheme."""
    return Response(code_svg(check_in_url(the_register().sessions.today())), mimetype="image/svg+xml")


@blueprint.get("/wall")
def wall() -> Response:
    """The code large, for the projector."""
    session = the_register().sessions.today()
    page = render_template(
        "projector/wall.html",
        course=course_name(session),
        day=day_name(date.fromisoformat(session.day)),
        address=check_in_url(session),
        secure=check_in_url(session).startswith("https://"),
    )
    return make_response(page)


def check_in_url(session: Session) -> str:
    """The address that a session's code carries: the tunnel's if it is up, else the local network's."""
    configured: str | Callable[[], str | None] | None = current_app.config.get(PUBLIC_URL)
    base = configured() if callable(configured) else configured
    return f"{(base or request.host_url).rstrip('/')}/s/{session.token}"


def code_svg(text: str) -> bytes:
    """A QR code as an SVG that fills whatever it is put into."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, nl=False
    )
    return out.getvalue()
