"""Where a phone page leads on: the same way again, without a photo, by the typed code, for someone else."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPMethod

from flask import request

from attendance.classes.entering.entrances import SEPARATOR
from attendance.errors import AttendanceError
from attendance.values import Session
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.ways_on import LATER, NEW_CODE
from client.web.grants import Grant
from client.web.parsing.upload import GRANT
from client.web.services import the_register, the_signatures

TYPED_CODE = "/c"
NUMBER = "#number-way"  # the part of the check-in page that asks for the roll number


@dataclass(frozen=True)
class Ways:
    """Addresses of a page's links; an empty one is not offered.

    Attributes:
        again: tries the same once more.
        number: checks in without a photo.
        code: asks for the typed code.
        elsewhere: where somebody else begins.
    """

    again: str = ""
    number: str = ""
    code: str = ""
    elsewhere: str = ""


def ways_under(grant: Grant) -> Ways:
    """Both ways in once more, under a grant that is not spent."""
    page = grant_page(the_signatures().grant_text(grant))
    return Ways(again=page, number=page + NUMBER)


def ways_from(problem: RequestProblem, error: Exception | None = None) -> Ways:
    """The ways on from a request that was refused."""
    code = TYPED_CODE if problem in NEW_CODE else ""
    leads_on = NEW_CODE | LATER | {RequestProblem.ENGINE_UNAVAILABLE}  # a number needs no engine
    if problem in leads_on and (page := grant_page(_grant_of(error))):
        return Ways(again=page, number=page + NUMBER)
    session_id = error.session_id if isinstance(error, RefusedError) else None
    if session_id and (page := lasting_page(session_id)):
        return Ways(again=page, code=code)
    return Ways(again=request.full_path.rstrip("?") if _may_repeat(problem) else "", code=code)


def lasting_page(session_id: str) -> str:
    """Where the check-in of a session begins again; empty where only a new code leads to it."""
    try:
        return lasting_address(the_register().sessions.get(session_id))
    except AttendanceError:
        return ""


def lasting_address(session: Session) -> str:
    """The same of a session that was just read."""
    register = the_register()
    try:
        address = register.entrances.static_address(session)
    except AttendanceError:
        return ""
    return f"/s/{address}" if address and session.is_open(register.clock.now()) else ""


def grant_page(grant: str) -> str:
    """The check-in page under a grant; empty without one."""
    return f"/g/{grant}" if grant else ""


def _may_repeat(problem: RequestProblem) -> bool:
    """Whether the same page may work later; a code that changes will be over when the class begins."""
    is_over_by_then = problem is RequestProblem.SESSION_NOT_YET_OPEN and SEPARATOR in request.path
    return request.method == HTTPMethod.GET and problem in LATER and not is_over_by_then


def _grant_of(error: Exception | None) -> str:
    """The grant that a form was refused under, while its page can be opened again."""
    text = (error.grant if isinstance(error, RefusedError) else None) or request.args.get(GRANT, "")
    if request.method != HTTPMethod.POST:
        return ""
    try:
        grant = the_signatures().read_signed_grant(text)
    except RefusedError:
        return ""
    return text if the_register().clock.now() < grant.expires_at else ""
