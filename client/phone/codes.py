"""The code that is typed, for back rows and phones without a camera; and the way in without a face."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from attendance.classes.entering.entrances import Admission, EntryCode
from attendance.marks.code_claims import claim_attempt
from attendance.values import Session
from attendance.values.roll_numbers import LONGEST_ROLL_NUMBER, number_key
from client.phone.answers import claim_answer, wants_json
from client.phone.check_in_page import Way, admitted, fresh_page, phone_page
from client.phone.grants_in_time import in_time
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for
from client.problems.table import status_of
from client.problems.ways_on import LATER
from client.web.compression import compress
from client.web.limits.rate_limits import (
    check_wrong_codes,
    count_right_code,
    count_try,
    count_wrong_code,
    without_grant_limited,
)
from client.web.parsing.upload import GRANT, PhotoForm, read_form
from client.web.services import the_register, the_signatures
from client.web.visitors.arrival import came_at

NUMBER = "number"  # the form's field
MOST_TYPED = 32  # characters of a code that are looked at and shown again

blueprint = Blueprint("codes", __name__)


@blueprint.get("/c")
def code_page() -> Response:
    """Asks for the code; a right one leads to the phone page, or to the roll number instead of a photo."""
    typed = request.args.get("code")
    if typed is None:
        return compress(make_response(render_template("phone/code.html", typed="", problem=None)))
    way = Way.NUMBER if request.args.get("way") == Way.NUMBER else Way.FACE
    try:
        entry = _entry_of(typed)
        session = admitted(entry, unknown=RequestProblem.CODE_UNKNOWN)
    except RefusedError as refusal:
        return _code_again(typed, refusal)
    return fresh_page(session, code_until=entry.code_until, way=way)


@blueprint.post("/claim")
def claim() -> Response:
    """A roll number under a grant: held until the teacher confirms it."""
    register = the_register()
    with without_grant_limited():
        form = read_form(request, allowed=(GRANT, NUMBER, "device"))
        number = form.fields[NUMBER].strip()
        grant = the_signatures().read_signed_grant(form.fields[GRANT])
        attempt = claim_attempt(
            grant.id,
            number,
            device=form.device,
            expires_at=grant.delivered_by,
            opened_at=grant.opened_at,
        )
        kept = in_time(grant, lambda: register.claims.kept(attempt))
    session = register.sessions.get(grant.session_id)
    if kept is not None:
        return claim_answer(session, kept, attempt)
    try:
        count_try(grant=grant.id, device=form.device)
    except RefusedError as refusal:
        return _number_again(session, form, refusal)
    if not number_key(number):  # also where it has nothing that can be seen
        return _number_again(session, form, RefusedError(RequestProblem.NUMBER_MISSING))
    return claim_answer(session, register.claims.claim(session, number, attempt), attempt)


def _entry_of(typed: str) -> Admission:
    """What a typed code is worth.

    Raises:
        RefusedError: too many wrong ones came lately.
    """
    check_wrong_codes()
    entry = the_register().entrances.enter_typed(typed, came_at())
    if entry.code is EntryCode.UNKNOWN:
        count_wrong_code()
    elif entry.code is EntryCode.VALID:
        count_right_code()
    return entry


def _code_again(typed: str, refusal: RefusedError) -> Response:
    """The page that asks for the code: empty after a wrong one, and with a code that may be right later."""
    if wants_json():
        raise refusal
    typed = typed.strip()[:MOST_TYPED] if refusal.problem in LATER | {RequestProblem.CODE_NOT_YET} else ""
    page = render_template("phone/code.html", typed=typed, problem=words_for(refusal.problem))
    return compress(_refused(page, refusal))


def _number_again(session: Session, form: PhotoForm, refusal: RefusedError) -> Response:
    """The page that asks for the roll number, with what was typed."""
    if wants_json():
        raise refusal
    typed = form.fields[NUMBER][:LONGEST_ROLL_NUMBER]
    problem = words_for(refusal.problem).sentence
    page = phone_page(session, form.fields[GRANT], way=Way.NUMBER, typed=typed, problem=problem)
    return _refused(page, refusal)


def _refused(page: str | Response, refusal: RefusedError) -> Response:
    answer = make_response(page, status_of(refusal.problem))
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer
