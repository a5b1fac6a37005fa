"""The projector page of a session: its rotating code, and the poster of a course that has one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from flask import Response, abort, jsonify, make_response, render_template
from flask_babel import gettext as _

from attendance.values import Session, SessionPhase
from client.access.roles import Access, Pages, require_course
from client.access.sessions import session_of
from client.projector.posters import the_posters
from client.projector.qr import base_url, check_in_url, code_uri
from client.web.services import the_register, the_signatures
from client.web.wording import clock_time

IDLE = timedelta(seconds=15)  # how often a page without a code looks whether there is one
LEAST_WAIT_MS = 250  # past the change, so that the answer is the next code and not the last one

blueprint = Pages("projector", __name__, access=Access.TEACHER, url_prefix="/wall")


@dataclass(frozen=True)
class Picture:
    """What the projector shows now; codes to come never leave the server.

    Attributes:
        phase: planned, open or closed.
        code: the QR code as a data address; empty unless open.
        typed: the code to type, in two halves; empty unless open.
        valid_for_ms: for how long the server accepts it, counted from now.
        next_in_ms: when to ask again.
        left_ms: until the session closes, or opens where it is planned.
        message: shown instead of the code.
        count: how many came.
        of: how many are expected; None where that is not known.
    """

    phase: str
    code: str
    typed: str
    valid_for_ms: int
    next_in_ms: int
    left_ms: int
    message: str
    count: int
    of: int | None


@blueprint.get("/<session_id>")
def wall(session_id: str) -> Response:
    """The page; without JavaScript it reloads when the next code is due."""
    session, course = session_of(session_id)
    picture = _picture(session)
    page = render_template(
        "projector/session.html",
        session=session,
        course=course,
        picture=picture,
        minutes=-(-picture.left_ms // 60_000),
        site=base_url().partition("://")[2],
        secure=base_url().startswith("https://"),
    )
    return make_response(page)


@blueprint.get("/<session_id>/now")
def now(session_id: str) -> Response:
    """The present picture, for the page's script."""
    session, _course = session_of(session_id)
    return jsonify(asdict(_picture(session)))


@blueprint.get("/poster/<course_id>")
def poster(course_id: str) -> Response:
    """A code that does not rotate, to print and hang up; only where the course allows it."""
    course = require_course(the_register().courses.get(course_id))
    if not course.static_code:
        abort(
            404, _("The course %(name)s has no poster. Allow a fixed code in its settings.", name=course.name)
        )
    base = base_url()
    printed = the_posters().printed(course.id)
    the_posters().note(course.id, base)
    address = check_in_url(the_signatures().poster(course.id), path="p")
    page = render_template(
        "projector/poster.html",
        course=course,
        code=code_uri(address),
        address=address,
        dead=printed if printed not in (None, base) else None,
        temporary=base.startswith("https://"),
    )
    return make_response(page)


def _picture(session: Session) -> Picture:
    register = the_register()
    at = register.clock.now()
    stands = session.phase(at)
    counts = register.boards.of(session.id).counts
    code = typed = message = ""
    valid_until = next_at = min(at + IDLE, session.opens_at if session.opens_at > at else at + IDLE)
    ends = session.opens_at if stands is SessionPhase.PLANNED else session.closes_at
    if stands is SessionPhase.OPEN:
        showing = register.entrances.showing(session)
        code, typed = code_uri(check_in_url(showing.address)), showing.typed_pretty
        valid_until = showing.next_at + (showing.next_at - showing.valid_from)
        next_at = min(showing.next_at, session.closes_at)
    elif stands is SessionPhase.PLANNED:
        message = _("Check-in opens at %(time)s", time=clock_time(session.opens_at))
    else:
        message = _("Check-in is closed")
    return Picture(
        phase=stands.value,
        code=code,
        typed=typed,
        valid_for_ms=_ms(valid_until - at),
        next_in_ms=_ms(next_at - at) + LEAST_WAIT_MS,
        left_ms=_ms(ends - at) if stands is not SessionPhase.CLOSED else 0,
        message=message,
        count=counts.present + counts.late,
        of=counts.on_roster or None,
    )


def _ms(span: timedelta) -> int:
    return max(0, round(span.total_seconds() * 1000))
