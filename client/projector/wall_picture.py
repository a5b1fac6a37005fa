"""What a projector page shows: the present code, how long it holds, and how many came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from attendance.values import Course, Session, SessionPhase
from client.projector.qr import check_in_url, code_uri
from client.web.plain_http import base_url
from client.web.services import the_register
from client.web.wording import clock_time

IDLE = timedelta(seconds=15)  # how often a page without a code looks whether there is one
LEAST_WAIT_MS = 250  # past the change, so that the answer is the next code and not the last one


@dataclass(frozen=True)
class Picture:
    """What the projector shows now; codes to come never leave the server.

    Attributes:
        phase: planned, open or closed; cancelled and what is marked by hand show as closed.
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


def wall_page(session: Session, course: Course, *, now: str, back: str) -> Response:
    """The page; without JavaScript it reloads when the next code is due.

    Args:
        session: whose code it shows.
        course: of the session.
        now: the address at which its script asks for the picture of the moment.
        back: the address of the page that the teacher comes from.
    """
    picture = picture_of(session)
    secure = base_url().startswith("https://")
    page = render_template(
        "projector/session.html",
        now=now,
        back=back,
        course=course,
        picture=picture,
        minutes=-(-picture.left_ms // 60_000),
        site=base_url().partition("://")[2],
        secure=secure,
        refused=not secure and the_register().settings.forbids_plain_http,
    )
    return make_response(page)


def picture_of(session: Session) -> Picture:
    """The picture of this moment."""
    register = the_register()
    at = register.clock.now()
    stands = session.phase(at)
    counts = register.boards.of(session.id).counts
    code = typed = message = ""
    valid_until = next_at = min(at + IDLE, session.opens_at if session.opens_at > at else at + IDLE)
    is_live = stands in (SessionPhase.PLANNED, SessionPhase.OPEN)
    ends = session.opens_at if stands is SessionPhase.PLANNED else session.closes_at
    if stands is SessionPhase.OPEN:
        showing = register.entrances.showing(session)
        code, typed = code_uri(check_in_url(showing.address)), showing.typed_pretty
        valid_until = showing.next_at + (showing.next_at - showing.valid_from)
        next_at = min(showing.next_at, session.closes_at)
    elif stands is SessionPhase.PLANNED:
        message = _("Check-in opens at %(time)s", time=clock_time(session.opens_at))
    elif stands is SessionPhase.CANCELLED:
        message = _("This class was cancelled")
    else:
        message = _("Check-in is closed")
    return Picture(
        phase=stands.value if is_live else SessionPhase.CLOSED.value,
        code=code,
        typed=typed,
        valid_for_ms=_ms(valid_until - at),
        next_in_ms=_ms(next_at - at) + LEAST_WAIT_MS,
        left_ms=_ms(ends - at) if is_live else 0,
        message=message,
        count=counts.present + counts.late,
        of=counts.on_roster or None,
    )


def _ms(span: timedelta) -> int:
    return max(0, round(span.total_seconds() * 1000))
