"""General's QR code and its projector page, only for the server's own computer."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from http import HTTPStatus

import segno
from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from client.phone.answers import course_name
from client.problems.refusals import RefusedError, RequestProblem
from client.web.services import the_register
from client.web.visitors.this_computer import from_this_computer

PUBLIC_URL = "PUBLIC_URL"  # in app.config: text, or a Callable that gives it, or None
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks

blueprint = Blueprint("qr", __name__)


@blueprint.before_request
def only_this_computer() -> None:
    """Anyone who sees the code can check in, so only the server's own computer shows it."""
    if not from_this_computer():
        raise RefusedError(RequestProblem.ONLY_THIS_COMPUTER)


@blueprint.get("/qr.svg")
def code() -> Response:
    """The QR code of today's session: black on white, whatever the colour scheme."""
    return Response(code_svg(check_in_url(_general_address())), mimetype="image/svg+xml")


@blueprint.get("/wall")
def wall() -> BaseResponse:
    """The projector page of General; each session of a course has its own."""
    register = the_register()
    if not register.courses.general_runs():
        return redirect(url_for("teach_home.home"), HTTPStatus.SEE_OTHER)
    session = register.sessions.today()
    address = check_in_url(_general_address())
    page = render_template(
        "projector/wall.html",
        course=course_name(session),
        day=session.day,
        address=address,
        secure=address.startswith("https://"),
    )
    return make_response(page)


def check_in_url(address: str, *, path: str = "s") -> str:
    """What a code carries: an address of the tunnel if it is up, else of the local network.

    Args:
        address: what comes after the path, such as a session's token and its rotating code.
        path: ``s`` for sessions.
    """
    return f"{base_url()}/{path}/{address}"


def base_url() -> str:
    """Under which address phones reach the server, without a trailing slash."""
    configured: str | Callable[[], str | None] | None = current_app.config.get(PUBLIC_URL)
    base = configured() if callable(configured) else configured
    return (base or request.host_url).rstrip("/")


def _general_address() -> str:
    register = the_register()
    session = register.sessions.today()
    return register.entrances.static_address(session) or register.entrances.address(session)


def code_svg(text: str) -> bytes:
    """A QR code as an SVG that fills whatever it is put into."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, nl=False
    )
    return out.getvalue()


def code_uri(text: str) -> str:
    """The same as a data address, which an image takes without another request."""
    return f"data:image/svg+xml;base64,{base64.b64encode(code_svg(text)).decode()}"
