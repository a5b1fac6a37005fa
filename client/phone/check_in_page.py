"""What a student's phone opens: the front door and the check-in page of one session."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain

from flask import Blueprint, Response, make_response, render_template

from attendance.classes.entrances import Admission, EntryCode
from attendance.marks.verdict import VerdictCode
from attendance.values import Session
from client.phone.answers import course_name
from client.phone.phone_sentences import phone_sentences
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for
from client.web.services import the_register, the_signatures

_PROBLEM_OF = {
    EntryCode.TOO_OLD: RequestProblem.CODE_TOO_OLD,
    EntryCode.NOT_YET: RequestProblem.CODE_NOT_YET,
    EntryCode.UNKNOWN: RequestProblem.SESSION_UNKNOWN,
    EntryCode.NOT_OPEN_YET: RequestProblem.SESSION_NOT_YET_OPEN,
    EntryCode.CLOSED: RequestProblem.SESSION_OVER,
    EntryCode.CANCELLED: RequestProblem.CHECK_IN_CANCELLED,
}

blueprint = Blueprint("phone", __name__)


@blueprint.get("/")
def front_door() -> Response:
    """Say where to begin."""
    return make_response(render_template("phone/scan.html"))


@blueprint.get("/s/<address>")
def check_in_page(address: str) -> Response:
    """The phone page behind a scanned code, with a fresh grant in it."""
    session = admitted(the_register().entrances.enter(address))
    return phone_page(session, the_signatures().new_grant(session.id, the_register().clock.now()))


@blueprint.get("/g/<grant>")
def again(grant: str) -> Response:
    """The phone page once more under the grant that it had: "Try again" where no script runs."""
    register = the_register()
    held = the_signatures().read_grant(grant, register.clock.now())
    return phone_page(open_now(register.sessions.get(held.session_id)), grant)


@blueprint.get("/p/<poster>")
def poster_page(poster: str) -> Response:
    """The phone page behind the poster of a course that allows one."""
    register = the_register()
    course = register.courses.get(the_signatures().read_poster(poster))
    if not course.static_code:
        raise RefusedError(RequestProblem.POSTER_OFF)
    session = register.class_sessions.open_of(course.id)
    if session is None:
        is_off = bool(register.class_sessions.cancelled_now(course.id))
        raise RefusedError(RequestProblem.CHECK_IN_CANCELLED if is_off else RequestProblem.NO_SESSION_NOW)
    return phone_page(session, the_signatures().new_grant(session.id, register.clock.now()))


def admitted(entry: Admission, *, unknown: RequestProblem = RequestProblem.SESSION_UNKNOWN) -> Session:
    """The session that a code lets in to.

    Args:
        entry: what the code is worth.
        unknown: what to say of a code that was never ours.

    Raises:
        RefusedError: it lets nobody in, and why.
    """
    if entry.code is EntryCode.VALID and entry.session is not None:
        return entry.session
    problem = _PROBLEM_OF.get(entry.code, unknown)
    raise RefusedError(unknown if problem is RequestProblem.SESSION_UNKNOWN else problem)


def open_now(session: Session) -> Session:
    """The session, if one can check in to it.

    Raises:
        RefusedError: it has not opened yet, is over, or was cancelled.
    """
    if session.is_cancelled:
        raise RefusedError(RequestProblem.CHECK_IN_CANCELLED)
    now = the_register().clock.now()
    if session.closed_at is not None or now >= session.closes_at:
        raise RefusedError(RequestProblem.SESSION_OVER)
    if now < session.opens_at:
        raise RefusedError(RequestProblem.SESSION_NOT_YET_OPEN)
    return session


def phone_page(session: Session, grant: str) -> Response:
    """The page with the camera.

    Args:
        session: what it checks in to.
        grant: the text that entitles it.
    """
    page = render_template(
        "phone/mobile.html",
        course=course_name(session),
        day=session.day,
        grant=grant,
        titles=_titles(),
        say=phone_sentences(),
    )
    return make_response(page)


def _titles() -> dict[str, str]:
    """Each code's title, for the page to show with the sentence that the answer brings."""
    codes: chain[StrEnum] = chain(VerdictCode, RequestProblem)
    return {code.value: words_for(code).title for code in codes}  # type: ignore[arg-type]
