"""What goes wrong on a teacher's page: what happened, what to do, and that nothing is lost."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, make_response, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from attendance.accounts.errors import ApiTokenNotFoundError, LinkEndedError, UserNotFoundError
from attendance.classroom.jobs.errors import ClassroomJobNotFoundError
from attendance.errors import (
    AttendanceError,
    CourseNotFoundError,
    ReviewNotFoundError,
    SessionNotFoundError,
    StoreUnavailableError,
    StudentNotFoundError,
)
from client.access.teacher_requests import asks_for_data
from client.errors import ClientError
from client.web.rate_limits import seconds_to_wait
from face_detection.errors import BusyError, FaceDetectionError

RETRY_SECONDS = 5
_MISSING = (
    ApiTokenNotFoundError,
    ClassroomJobNotFoundError,
    CourseNotFoundError,
    ReviewNotFoundError,
    SessionNotFoundError,
    StudentNotFoundError,
    UserNotFoundError,
)
_AWAY = (StoreUnavailableError, BusyError)
_log = logging.getLogger(__name__)


class NotSecureError(ClientError):
    """A password or a list of students would go over the network so that others can read it."""


class LockedError(ClientError):
    """This browser is locked to the kiosk."""


class NotHereError(ClientError):
    """A page is for the server's own machine."""


class PageProblem(NamedTuple):
    """What the page says.

    Attributes:
        status: of HTTP.
        title: a few words.
        sentence: what to do.
    """

    status: int
    title: str
    sentence: str


def guard_errors(pages: Blueprint) -> None:
    """Answer the errors of a blueprint's views as pages of the teacher."""
    ours = (NotSecureError, LockedError, NotHereError)
    for kind in (*ours, AttendanceError, FaceDetectionError, HTTPException):
        pages.register_error_handler(kind, teacher_problem)


def teacher_problem(error: Exception) -> Response:
    """The page, or the JSON, for an error."""
    if isinstance(error, HTTPException) and (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return Response(status=error.code, headers=error.get_headers())
    problem = _problem(error)
    if asks_for_data():
        answer = jsonify(status="error", title=problem.title, message=problem.sentence)
    else:
        insecure = isinstance(error, NotSecureError)
        page = render_template("teacher/problem.html", problem=problem, insecure=insecure)
        answer = make_response(page)
    answer.status_code = problem.status
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    if problem.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = str(seconds_to_wait())
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _problem(error: Exception) -> PageProblem:
    if isinstance(error, CSRFError):
        return PageProblem(
            400, _("This form is too old"), _("Nothing was changed. Open the page again and repeat it.")
        )
    if isinstance(error, HTTPException):
        return _of_status(error.code or 500)
    if isinstance(error, _AWAY):
        _log.warning("A teacher's page has to wait: %s", error)
        return PageProblem(503, _("One moment"), _("Nothing is lost. Wait a few seconds, then try again."))
    status, title = _told_by_its_message(error)
    return PageProblem(status, title, str(error))


def _told_by_its_message(error: Exception) -> tuple[int, str]:
    if isinstance(error, NotSecureError):
        return 403, _("This connection is not private")
    if isinstance(error, LockedError):
        return 403, _("This browser is a kiosk")
    if isinstance(error, NotHereError):
        return 403, _("Only on the server's own computer")
    if isinstance(error, _MISSING):
        return 404, _("That is not here any more")
    if isinstance(error, LinkEndedError):
        return 410, _("This link does not work any more")
    return 409, _("That could not be done")


def _of_status(status: int) -> PageProblem:
    known = {
        401: PageProblem(401, _("Please log in"), _("Your login has ended. Log in again.")),
        403: PageProblem(403, _("This is not for your account"), _("Ask an admin if you need it.")),
        404: PageProblem(
            404, _("There is no such page"), _("It may have been removed, or the address is wrong.")
        ),
        405: PageProblem(405, _("There is no such page"), _("Go back, and use the buttons of the page.")),
        413: PageProblem(413, _("That is too large"), _("Send less at once: one file has 10 MB at most.")),
        429: PageProblem(
            429, _("One moment"), _("There were many tries just now. Wait a little, then try again.")
        ),
    }
    if status in known:
        return known[status]
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return PageProblem(
            status, _("That didn't work"), _("We could not read this request. Go back and try again.")
        )
    return PageProblem(500, _("Something went wrong here"), _("Nothing is lost. Go back and try again."))
