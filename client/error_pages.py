"""What goes wrong, as a page in the product's look or as JSON, and never as a stack trace."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from attendance.errors import (
    AttendanceError,
    EngineMismatchError,
    SessionNotFoundError,
    StoreUnavailableError,
)
from client.access.teacher_problems import teacher_problem
from client.access.teacher_requests import is_for_teachers
from client.phone.answers import problem_answer
from client.problems.refusals import (
    BUSY_RETRY_SECONDS,
    ENGINE_RETRY_SECONDS,
    PROBLEM_OF_STATUS,
    STORE_RETRY_SECONDS,
    RefusedError,
    RequestProblem,
)
from client.serving.software_addresses import ErrorForm, error_form
from client.web.rate_limits import seconds_to_wait
from client.web.services import the_register
from face_detection.errors import BusyError, EngineError, ModelFileError

_log = logging.getLogger(__name__)


def init_error_pages(app: Flask) -> None:
    """Answer every error in both forms."""
    app.register_error_handler(RefusedError, _refusal)
    app.register_error_handler(SessionNotFoundError, _no_such_session)
    app.register_error_handler(StoreUnavailableError, _store_away)
    app.register_error_handler(BusyError, _busy)
    for error in (EngineMismatchError, EngineError, ModelFileError):
        app.register_error_handler(error, _engine_unavailable)
    app.register_error_handler(HTTPException, _http_error)


def _refusal(refusal: RefusedError) -> Response:
    again = f"/g/{refusal.grant}" if refusal.grant else ""
    if refusal.session_id and not again:
        again = _check_in_page(refusal.session_id)
    return problem_answer(refusal.problem, retry_after=refusal.retry_after, again=again)


def _no_such_session(_error: SessionNotFoundError) -> Response:
    return problem_answer(RequestProblem.SESSION_UNKNOWN)


def _store_away(error: StoreUnavailableError) -> Response:
    _log.warning("The store is away: %s", error)
    return problem_answer(RequestProblem.STORE_AWAY, retry_after=STORE_RETRY_SECONDS)


def _busy(error: BusyError) -> Response:
    _log.warning("Too much to do: %s", error)
    return problem_answer(RequestProblem.BUSY, retry_after=BUSY_RETRY_SECONDS)


def _engine_unavailable(error: Exception) -> Response:
    _log.error("No photo can be compared: %s", error)
    return problem_answer(RequestProblem.ENGINE_UNAVAILABLE, retry_after=ENGINE_RETRY_SECONDS)


def _http_error(error: HTTPException) -> Response:
    form = error_form(request.path)
    if form is ErrorForm.PROBLEM:
        from client.software.protocol.problems import api_problem  # noqa: PLC0415 - its models are for what calls the API

        return api_problem(error)
    if form is ErrorForm.KNOWN_NAME:
        from client.software.legacy.answers import failed  # noqa: PLC0415 - the same

        return failed(error)
    if is_for_teachers():  # an address that no view answers
        return teacher_problem(error)
    status = error.code or 500
    if status < 400:  # a redirect is an answer, not an error
        return Response(status=status, headers=error.get_headers())
    fallback = RequestProblem.BAD_REQUEST if status < 500 else RequestProblem.SERVER_ERROR
    problem = PROBLEM_OF_STATUS.get(status, fallback)
    retry_after = seconds_to_wait() if problem is RequestProblem.TOO_MANY_TRIES else None
    answer = problem_answer(problem, retry_after=retry_after)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _check_in_page(session_id: str) -> str:
    """Where the check-in of a session begins again, or nothing where only a new code leads to it."""
    register = the_register()
    try:
        session = register.sessions.get(session_id)
        address = register.entrances.static_address(session)
    except AttendanceError:
        return ""
    return f"/s/{address}" if address and session.is_open(register.clock.now()) else ""
