"""The code that is typed, for back rows and phones without a camera; and the way in without a face."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from attendance.classes.entrances import EntryCode
from attendance.marks.code_claims import claim_attempt
from attendance.values import Session
from client.phone.answers import claim_answer, course_name, wants_json
from client.phone.check_in_page import admitted, phone_page
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for
from client.problems.table import status_of
from client.web.limits.rate_limits import (
    check_wrong_codes,
    count_right_code,
    count_try,
    count_wrong_code,
    without_grant_limited,
)
from client.web.services import the_register, the_signatures
from client.web.upload import GRANT, read_form

WITHOUT_PHOTO = "number"  # the value of ``way`` that leads past the camera
MOST_TYPED = 32  # characters of a code that are looked at and shown again

blueprint = Blueprint("codes", __name__)


@blueprint.get("/c")
def code_page() -> Response:
    """Asks for the code; a right one leads to the phone page, or to the roll number instead of a photo."""
    typed = request.args.get("code")
    if typed is None:
        return make_response(render_template("phone/code.html", typed="", problem=None))
    try:
        session = _session_of(typed)
    except RefusedError as refusal:
        return _code_again(typed, refusal)
    register = the_register()
    grant = the_signatures().new_grant(session.id, register.clock.now())
    if request.args.get("way") == WITHOUT_PHOTO:
        return _number_page(session, grant)
    return phone_page(session, grant)


@blueprint.post("/claim")
def claim() -> Response:
    """A roll number under a grant: held until the teacher confirms it."""
    register = the_register()
    with without_grant_limited():
        form = read_form(request, allowed=(GRANT, "number", "device"))
        grant_text = form.fields[GRANT]
        grant = the_signatures().read_grant(grant_text, register.clock.now())
    count_try(grant=grant.id, device=form.device)
    session = register.sessions.get(grant.session_id)
    number = form.fields["number"].strip()
    if not number:
        return _number_missing(session, grant_text)
    attempt = claim_attempt(grant.id, number, device=form.device, expires_at=grant.expires_at)
    return claim_answer(session, register.claims.claim(session, number, attempt))


def _session_of(typed: str) -> Session:
    """The session that a typed code lets in to.

    Raises:
        RefusedError: it lets nobody in, or too many wrong ones came lately.
    """
    check_wrong_codes()
    entry = the_register().entrances.enter_typed(typed)
    if entry.code is EntryCode.UNKNOWN:
        count_wrong_code()
    elif entry.code is EntryCode.VALID:
        count_right_code()
    return admitted(entry, unknown=RequestProblem.CODE_UNKNOWN)


def _code_again(typed: str, refusal: RefusedError) -> Response:
    if wants_json():
        raise refusal
    words = words_for(refusal.problem)
    page = render_template("phone/code.html", typed=typed.strip()[:MOST_TYPED], problem=words)
    answer = make_response(page, status_of(refusal.problem))
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _number_page(session: Session, grant: str, problem: str = "") -> Response:
    course = course_name(session)
    return make_response(render_template("phone/number.html", course=course, grant=grant, problem=problem))


def _number_missing(session: Session, grant: str) -> Response:
    problem = RequestProblem.NUMBER_MISSING
    if wants_json():
        raise RefusedError(problem)
    answer = _number_page(session, grant, words_for(problem).sentence)
    answer.status_code = status_of(problem)
    return answer
