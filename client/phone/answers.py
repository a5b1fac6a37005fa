"""Every answer in its two forms: a page for people, JSON for the phone page's script."""

from __future__ import annotations

from datetime import datetime
from http import HTTPMethod, HTTPStatus

from flask import Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _

from attendance.clock import local_day
from attendance.errors import SessionNotFoundError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from attendance.values import Session
from client.phone.receipt_code import RECEIPT_HEADER, ReceiptCode, receipt_code
from client.phone.ways import TYPED_CODE, Ways, lasting_page, ways_from, ways_under
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import Words, words_for, words_without_photo, words_without_picture
from client.problems.table import KnownProblem, status_of
from client.problems.ways_on import NEW_CODE, opens_again
from client.web.compression import compress
from client.web.grants import Grant
from client.web.services import the_register, the_signatures
from client.web.wording import clock_time, day_name, local

# The claim and the receipt are sent in headers, so that the JSON keeps its documented shape.
CLAIM_HEADER = "Attendance-Claim"
_KIND_OF_CODE = {
    VerdictCode.PRESENT: "present",
    VerdictCode.ALREADY_PRESENT: "present",
    VerdictCode.LATE: "late",
    VerdictCode.ALREADY_LATE: "late",
    VerdictCode.NEEDS_REVIEW: "review",
    VerdictCode.NOT_FOUND: "notfound",
}
_KEPT = ("present", "late", "review")  # the kinds of verdicts after which there is nothing more to do
# After these the grant leads to no other check-in.
_SPENT = (
    VerdictCode.SESSION_CLOSED,
    VerdictCode.SESSION_CANCELLED,
    VerdictCode.GRANT_USED,
    VerdictCode.TOO_MANY_WAIT,
    VerdictCode.MARKED_OTHERWISE,
)


def wants_json() -> bool:
    """Whether the client prefers JSON to a page; a browser's own visit never does."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def verdict_answer(session: Session, verdict: Verdict, attempt: Attempt, grant: Grant) -> Response:
    """What was decided on one photo."""
    zone = the_register().settings.time_zone
    marked_at = local(verdict.marked_at, zone) if verdict.marked_at else None
    claim = ""
    if verdict.student_id is not None:
        now = the_register().clock.now()
        claim = the_signatures().new_claim(session.id, attempt.grant_id, attempt.digest, now)
    receipt = receipt_code(verdict)
    if wants_json():
        answer = _json(
            verdict.status,
            verdict.code,
            name=verdict.student_name,
            session=verdict.session_id,
            marked_at=marked_at.isoformat(timespec="milliseconds") if marked_at else None,
        )
        if claim:
            answer.headers[CLAIM_HEADER] = claim
        if receipt is not None:
            answer.headers[RECEIPT_HEADER] = receipt.header
    else:
        answer = _page(
            session,
            verdict.code,
            words_for(verdict.code),
            ways=_ways_after(verdict.code, grant),
            name=verdict.student_name or "",
            at=verdict.marked_at or attempt.came_at(session, the_register().clock.now()),
            claim=claim,
            receipt=receipt,
        )
    answer.status_code = status_of(verdict.code)
    return answer


def claim_answer(session: Session, verdict: Verdict, attempt: Attempt) -> Response:
    """What was decided on a roll number without a photo; shows no name."""
    words = words_without_photo(verdict.code)
    if wants_json():
        answer = _json(verdict.status, verdict.code, session=session.id, message=words.sentence)
    else:
        at = attempt.came_at(session, the_register().clock.now())
        answer = _page(session, verdict.code, words, ways=_ways_after(verdict.code), at=at)
    answer.status_code = status_of(verdict.code)
    return answer


def dispute_answer(session: Session, *, held: bool, with_picture: bool) -> Response:
    """What follows on "That's not me": the teacher looks at it, or the page says to speak up.

    Args:
        session: where the name was shown.
        held: whether it is in review.
        with_picture: whether the teacher has the photo.
    """
    if not held:
        return problem_answer(RequestProblem.CLAIM_INVALID)
    code = VerdictCode.NEEDS_REVIEW
    words = words_for(code) if with_picture else words_without_picture()
    if wants_json():
        return _json(VerdictStatus.NEEDS_REVIEW, code, session=session.id, message=words.sentence)
    return _page(session, code, words)


def phone_problem(problem: KnownProblem) -> Response:
    """The page, or the JSON, for an error."""
    again_in = opens_again(problem.problem, request.method, problem.retry_after)
    return problem_answer(problem.problem, problem.error, again_in=again_in)


def problem_answer(
    problem: RequestProblem, error: Exception | None = None, *, again_in: int | None = None
) -> Response:
    """A request that was refused before any photo was looked at.

    Args:
        problem: why.
        error: what was raised, which may know the course and the way on.
        again_in: seconds after which the page opens again on its own; None if it does not.
    """
    status = status_of(problem)
    if wants_json():
        is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        answer = _json("error" if is_ours else VerdictStatus.REFUSED, problem)
    else:
        known = error if isinstance(error, RefusedError) else None
        page = render_template(
            "phone/page.html",
            words=words_for(problem),
            ways=ways_from(problem, error),
            course=known.course if known else "",
            place=_opening(known.opens_at) if known and known.opens_at else "",
            again_in=again_in,
        )
        answer = make_response(page)
        if request.method == HTTPMethod.GET:
            compress(answer)
    answer.status_code = status
    return answer


def course_name(session: Session) -> str:
    """The course's name; its id where the course itself is gone."""
    try:
        return the_register().sessions.course_of(session).name
    except SessionNotFoundError:
        return session.course_id


def _opening(moment: datetime) -> str:
    """When a class opens: with the day, unless it is today."""
    register = the_register()
    zone = register.settings.time_zone
    if local_day(moment, zone) == local_day(register.clock.now(), zone):
        return str(_("Check-in opens at %(time)s.", time=clock_time(moment)))
    return str(_("Check-in opens on %(day)s at %(time)s.", day=day_name(moment), time=clock_time(moment)))


def _ways_after(code: VerdictCode, grant: Grant | None = None) -> Ways:
    """Where a person without scripts goes on: under the same grant, while it is not spent."""
    if code in NEW_CODE:
        return Ways(code=TYPED_CODE)
    if grant is None or code in _SPENT or the_register().clock.now() >= grant.expires_at:
        return Ways()
    return ways_under(grant)


def _page(
    session: Session,
    code: VerdictCode,
    words: Words,
    *,
    ways: Ways | None = None,
    name: str = "",
    at: datetime | None = None,
    claim: str = "",
    receipt: ReceiptCode | None = None,
) -> Response:
    kind = _KIND_OF_CODE.get(code, "refused")
    is_kept = kind in _KEPT
    if is_kept:
        ways = Ways(elsewhere=lasting_page(session.id) or TYPED_CODE)
    page = render_template(
        "phone/present.html" if is_kept else "phone/notfound.html",
        kind=kind,
        words=words,
        name=name,
        place=f"{course_name(session)}, {clock_time(at)}" if at and is_kept else course_name(session),
        claim=claim,
        receipt=receipt,
        ways=ways or Ways(),
    )
    return make_response(page)


def _json(
    status: str,
    code: VerdictCode | RequestProblem,
    *,
    name: str | None = None,
    session: str | None = None,
    marked_at: str | None = None,
    message: str | None = None,
) -> Response:
    return jsonify(
        status=str(status),
        code=str(code),
        message=message or words_for(code).sentence,
        student={"name": name} if name is not None else None,
        session=session,
        marked_at=marked_at,
    )
