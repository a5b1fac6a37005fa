"""Every answer in its two forms: a page for people, JSON for the phone page's script."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify, make_response, render_template, request

from attendance.errors import AttendanceError, SessionNotFoundError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from attendance.values import Session
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for, words_without_photo
from client.problems.table import KnownProblem, status_of
from client.web.grants import Grant
from client.web.services import the_register, the_signatures
from client.web.wording import clock_time, local

# The claim is sent in a header, so that the JSON keeps its documented shape.
CLAIM_HEADER = "Attendance-Claim"
_KIND_OF_CODE = {
    VerdictCode.PRESENT: "present",
    VerdictCode.ALREADY_PRESENT: "present",
    VerdictCode.LATE: "late",
    VerdictCode.NEEDS_REVIEW: "review",
    VerdictCode.NOT_FOUND: "notfound",
}

_FINAL = (VerdictCode.SESSION_CLOSED, VerdictCode.SESSION_CANCELLED, VerdictCode.GRANT_USED)


def wants_json() -> bool:
    """Whether the client prefers JSON to a page; a browser's own visit never does."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def verdict_answer(session: Session, verdict: Verdict, attempt: Attempt) -> Response:
    """What was decided on one photo."""
    zone = the_register().settings.time_zone
    marked_at = local(verdict.marked_at, zone) if verdict.marked_at else None
    claim = ""
    if verdict.student_id is not None:
        now = the_register().clock.now()
        claim = the_signatures().new_claim(session.id, attempt.grant_id, attempt.digest, now)
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
    else:
        course = course_name(session)
        answer = _page(
            verdict.code,
            name=verdict.student_name or "",
            place=f"{course}, {clock_time(verdict.marked_at)}" if verdict.marked_at else course,
            claim=claim,
            again=_again(session, verdict, attempt),
        )
    answer.status_code = status_of(verdict.code)
    return answer


def claim_answer(session: Session, verdict: Verdict) -> Response:
    """What was decided on a roll number without a photo; shows no name."""
    words = words_without_photo(verdict.code)
    if wants_json():
        answer = _json(verdict.status, verdict.code, session=session.id, message=words.sentence)
    else:
        kind = _KIND_OF_CODE.get(verdict.code, "refused")
        kind = "review" if kind == "present" else kind
        page = render_template(
            "phone/present.html" if kind == "review" else "phone/notfound.html",
            kind=kind,
            words=words,
            name="",
            place="",
            claim="",
            again="",
        )
        answer = make_response(page)
    answer.status_code = status_of(verdict.code)
    return answer


def _again(session: Session, verdict: Verdict, attempt: Attempt) -> str:
    """Where a person without scripts tries again: under the same grant, while it holds."""
    if verdict.code in _FINAL:
        return ""
    grant = Grant(session.id, attempt.grant_id, attempt.expires_at)
    return f"/g/{the_signatures().grant_text(grant)}"


def dispute_answer(session: Session, *, held: bool) -> Response:
    """What follows on "That's not me": the teacher looks at it, or has to be told."""
    if not held:
        return problem_answer(RequestProblem.CLAIM_INVALID)
    if wants_json():
        return _json(VerdictStatus.NEEDS_REVIEW, VerdictCode.NEEDS_REVIEW, session=session.id)
    return _page(VerdictCode.NEEDS_REVIEW)


def phone_problem(problem: KnownProblem) -> Response:
    """The page, or the JSON, for an error."""
    return problem_answer(problem.problem, again=_where_again(problem.error))


def problem_answer(problem: RequestProblem, *, again: str = "") -> Response:
    """A request that was refused before any photo was looked at.

    Args:
        problem: why.
        again: where a person can try again, if anywhere.
    """
    status = status_of(problem)
    if wants_json():
        is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        answer = _json("error" if is_ours else VerdictStatus.REFUSED, problem)
    else:
        words = words_for(problem)
        answer = make_response(render_template("phone/page.html", words=words, again=again))
    answer.status_code = status
    return answer


def course_name(session: Session) -> str:
    """The course's name; its id where the course itself is gone."""
    try:
        return the_register().sessions.course_of(session).name
    except SessionNotFoundError:
        return session.course_id


def _where_again(error: Exception) -> str:
    """Where a person whose request was refused can try again: under the same grant, or with a fresh one."""
    if not isinstance(error, RefusedError):
        return ""
    if error.grant:
        return f"/g/{error.grant}"
    return _check_in_page(error.session_id) if error.session_id else ""


def _check_in_page(session_id: str) -> str:
    """Where the check-in of a session begins again, or nothing where only a new code leads to it."""
    register = the_register()
    try:
        session = register.sessions.get(session_id)
        address = register.entrances.static_address(session)
    except AttendanceError:
        return ""
    return f"/s/{address}" if address and session.is_open(register.clock.now()) else ""


def _page(
    code: VerdictCode, *, name: str = "", place: str = "", claim: str = "", again: str = ""
) -> Response:
    kind = _KIND_OF_CODE.get(code, "refused")
    template = "phone/present.html" if kind in ("present", "late", "review") else "phone/notfound.html"
    page: str = render_template(
        template, kind=kind, words=words_for(code), name=name, place=place, claim=claim, again=again
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
