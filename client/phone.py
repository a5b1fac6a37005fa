"""What a student's phone opens: the front door and the check-in page of one session."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import chain

from flask import Blueprint, Response, make_response, render_template

from attendance.verdict import VerdictCode
from client.answers import course_name
from client.refusals import RefusedError, RequestProblem
from client.sentences import words_for
from client.services import the_register, the_signatures
from client.wording import day_name

blueprint = Blueprint("phone", __name__)


@blueprint.get("/")
def front_door() -> Response:
    """Say where to begin."""
    return make_response(render_template("phone/scan.html"))


@blueprint.get("/s/<token>")
def check_in_page(token: str) -> Response:
    """The phone page, with a fresh grant in it."""
    register = the_register()
    now = register.clock.now()
    session = register.sessions.by_token(token)
    if now >= session.closes_at:
        raise RefusedError(RequestProblem.SESSION_OVER)
    if not session.is_open(now):
        raise RefusedError(RequestProblem.SESSION_NOT_YET_OPEN)
    page = render_template(
        "phone/mobile.html",
        course=course_name(session),
        day=day_name(date.fromisoformat(session.day)),
        grant=the_signatures().new_grant(session.id, now),
        titles=_titles(),
    )
    return make_response(page)


def _titles() -> dict[str, str]:
    """Each code's title, for the page to show with the sentence that the answer brings."""
    codes: chain[StrEnum] = chain(VerdictCode, RequestProblem)
    return {code.value: words_for(code).title for code in codes}  # type: ignore[arg-type]
