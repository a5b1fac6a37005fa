"""The one table of problems: what each error means, with its HTTP status and when to try again.

Whatever answers a request asks :func:`problem_of` and only renders the result: pages and JSON for phones and
for teachers, problem details for the API, ``success: false`` for legacy names, messages of the WebSocket, and
refusals before any app is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from attendance import errors as register
from attendance.accounts import errors as accounts
from attendance.cameras.own_camera import CameraError
from attendance.classes.session_doubts import SessionDoubtError
from attendance.classroom.jobs.errors import ClassroomBusyError, ClassroomError, ClassroomJobNotFoundError
from attendance.classroom.jobs.job_records import DamagedRecordError
from attendance.classroom.jobs.states import ClassroomProblem
from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from client import errors as web
from client.problems.problem_kinds import PROBLEMS, ApiProblemError, ProblemCode
from client.problems.problem_rows import ROWS
from client.problems.refusals import RefusedError, RequestProblem
from face_detection.errors import BusyError, FaceDetectionError, PhotoError, VideoError
from face_matching.errors import FaceMatchingError

DOMAIN_ERRORS = (register.AttendanceError, FaceDetectionError, FaceMatchingError, web.ClientError)
"""The base of each package's errors, whose subclasses are all in the table."""


# An error that isn't listed has the row of its closest base class.
_OF_ERROR: dict[type[Exception], RequestProblem] = {
    register.AttendanceError: RequestProblem.NOT_POSSIBLE,
    register.StoreUnavailableError: RequestProblem.STORE_AWAY,
    register.SchemaError: RequestProblem.NOT_READY,
    register.SealBrokenError: RequestProblem.NOT_READY,
    register.SettingsError: RequestProblem.NOT_READY,
    register.EngineMismatchError: RequestProblem.ENGINE_UNAVAILABLE,
    register.SessionNotFoundError: RequestProblem.SESSION_UNKNOWN,
    register.CourseNotFoundError: RequestProblem.ITEM_UNKNOWN,
    register.ReviewNotFoundError: RequestProblem.ITEM_UNKNOWN,
    register.StudentNotFoundError: RequestProblem.ITEM_UNKNOWN,
    register.PhotoNotFoundError: RequestProblem.ITEM_UNKNOWN,
    register.RollNumberTakenError: RequestProblem.CONFLICT,
    register.ObjectionStandsError: RequestProblem.CONFLICT,
    register.StudentExistsError: RequestProblem.CONFLICT,
    register.UsernameTakenError: RequestProblem.CONFLICT,
    register.SessionClosedError: RequestProblem.CHECK_IN_CLOSED,
    register.SessionCancelledError: RequestProblem.CHECK_IN_CANCELLED,
    register.SessionChangedError: RequestProblem.CONFLICT,
    register.DayOffNotFoundError: RequestProblem.ITEM_UNKNOWN,
    SessionDoubtError: RequestProblem.CONFLICT,
    register.ReportError: RequestProblem.CONFLICT,
    register.SwitchedOffError: RequestProblem.FORBIDDEN,
    accounts.ApiTokenNotFoundError: RequestProblem.ITEM_UNKNOWN,
    accounts.UserNotFoundError: RequestProblem.ITEM_UNKNOWN,
    accounts.LastAdminError: RequestProblem.CONFLICT,
    accounts.LinkEndedError: RequestProblem.LINK_ENDED,
    accounts.LoginRefusedError: RequestProblem.LOGIN_MISSING,
    accounts.LoginDelayedError: RequestProblem.TOO_MANY_TRIES,
    ClassroomError: RequestProblem.CONFLICT,
    ClassroomBusyError: RequestProblem.TOO_BUSY,
    ClassroomJobNotFoundError: RequestProblem.ITEM_UNKNOWN,
    DamagedRecordError: RequestProblem.NOT_READY,
    CameraError: RequestProblem.CONFLICT,
    FaceDetectionError: RequestProblem.ENGINE_UNAVAILABLE,
    BusyError: RequestProblem.BUSY,
    PhotoError: RequestProblem.PHOTO_UNUSABLE,
    VideoError: RequestProblem.NOT_POSSIBLE,
    FaceMatchingError: RequestProblem.ENGINE_UNAVAILABLE,
    web.ClientError: RequestProblem.NOT_READY,
    web.NotSecureError: RequestProblem.NOT_SECURE,
    web.RightMissingError: RequestProblem.FORBIDDEN,
    web.LockedError: RequestProblem.KIOSK_LOCKED,
    web.ProofNeededError: RequestProblem.PROOF_NEEDED,
    web.NotHereError: RequestProblem.ONLY_THIS_COMPUTER,
    web.ReportRangeError: RequestProblem.BAD_REQUEST,
    web.BadMessageError: RequestProblem.BAD_REQUEST,
    web.UploadError: RequestProblem.CONFLICT,
    web.UploadNotFoundError: RequestProblem.ITEM_UNKNOWN,
    web.UploadSizeError: RequestProblem.TOO_LARGE,
    CSRFError: RequestProblem.FORM_TOO_OLD,
}

# The codes of classroom errors; those that aren't listed are conflicts.
_OF_CLASSROOM = {
    ClassroomProblem.NO_UPLOADS: RequestProblem.BAD_REQUEST,
    ClassroomProblem.TOO_MANY_PHOTOS: RequestProblem.NOT_POSSIBLE,
    ClassroomProblem.PHOTOS_OR_ONE_VIDEO: RequestProblem.NOT_POSSIBLE,
    ClassroomProblem.NEITHER_PHOTO_NOR_VIDEO: RequestProblem.NOT_POSSIBLE,
    ClassroomProblem.LINE_FULL: RequestProblem.TOO_BUSY,
}

# HTTP errors of the framework and of ``abort``. Other 4xx are bad requests, other 5xx server errors.
_OF_STATUS: dict[int, RequestProblem] = {
    HTTPStatus.UNAUTHORIZED: RequestProblem.LOGIN_MISSING,
    HTTPStatus.FORBIDDEN: RequestProblem.FORBIDDEN,
    HTTPStatus.NOT_FOUND: RequestProblem.PAGE_UNKNOWN,
    HTTPStatus.METHOD_NOT_ALLOWED: RequestProblem.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT: RequestProblem.TOO_SLOW,
    HTTPStatus.CONFLICT: RequestProblem.CONFLICT,
    HTTPStatus.GONE: RequestProblem.LINK_ENDED,
    HTTPStatus.PRECONDITION_FAILED: RequestProblem.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: RequestProblem.TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: RequestProblem.WRONG_CONTENT_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY: RequestProblem.NOT_POSSIBLE,
    HTTPStatus.TOO_MANY_REQUESTS: RequestProblem.TOO_MANY_TRIES,
    HTTPStatus.SERVICE_UNAVAILABLE: RequestProblem.STORE_AWAY,
}

# Verdicts on photos that were not compared. Other photos with a problem are unusable.
_OF_VERDICT = {
    VerdictCode.NOT_AN_IMAGE: ProblemCode.WRONG_CONTENT_TYPE,
    VerdictCode.TOO_MANY_BYTES: ProblemCode.TOO_LARGE,
    VerdictCode.TOO_MANY_PIXELS: ProblemCode.TOO_LARGE,
    VerdictCode.GRANT_USED: ProblemCode.FORBIDDEN,
    VerdictCode.SESSION_CLOSED: ProblemCode.CONFLICT,
    VerdictCode.SESSION_CANCELLED: ProblemCode.CONFLICT,
    VerdictCode.TOO_MANY_WAIT: ProblemCode.CONFLICT,
    VerdictCode.MARKED_OTHERWISE: ProblemCode.CONFLICT,
}


@dataclass(frozen=True)
class KnownProblem:
    """An error with all that is needed to answer it.

    Attributes:
        error: the exception.
        problem: its row in the table; phones and teachers have words for it.
        code: its kind, for other software.
        status: the HTTP status.
        retry_after: seconds after which a retry makes sense, if known.
        message: the error's own sentence; empty if it is for the log alone, or if there is none.
        log: the level at which it is logged, if at all.
    """

    error: Exception
    problem: RequestProblem
    code: ProblemCode
    status: HTTPStatus
    retry_after: int | None
    message: str
    log: int | None


def problem_of(error: Exception) -> KnownProblem:
    """What an error means; an unexpected one is a server error."""
    problem = _problem(error)
    row = ROWS[problem]
    code = error.code if isinstance(error, ApiProblemError) else row.code
    retry_after = row.retry_after
    if isinstance(error, RefusedError):
        retry_after = error.retry_after or retry_after
    elif isinstance(error, accounts.LoginDelayedError):
        retry_after = error.seconds
    speaks = isinstance(error, DOMAIN_ERRORS) and row.log is None and not isinstance(error, RefusedError)
    message = str(error) if speaks or isinstance(error, ApiProblemError) else ""
    return KnownProblem(error, problem, code, PROBLEMS[code].status, retry_after, message, row.log)


def status_of(code: VerdictCode | RequestProblem) -> HTTPStatus:
    """The HTTP status of a phone's code: 200 for a decision, 422 for most photos that can't be compared."""
    if isinstance(code, RequestProblem):
        return PROBLEMS[ROWS[code].code].status
    is_problem = Verdict(code, "").status is VerdictStatus.PHOTO_PROBLEM
    kind = _OF_VERDICT.get(code, ProblemCode.PHOTO_UNUSABLE if is_problem else None)
    return HTTPStatus.OK if kind is None else PROBLEMS[kind].status


def _problem(error: Exception) -> RequestProblem:
    if isinstance(error, RefusedError):
        return error.problem
    if isinstance(error, ApiProblemError):
        return _by_status(PROBLEMS[error.code].status)
    if isinstance(error, ClassroomError) and error.problem in _OF_CLASSROOM:
        return _OF_CLASSROOM[error.problem]
    for kind in type(error).__mro__:
        if kind in _OF_ERROR:
            return _OF_ERROR[kind]
    if isinstance(error, HTTPException):
        return _by_status(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return RequestProblem.SERVER_ERROR


def _by_status(status: int) -> RequestProblem:
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    fallback = RequestProblem.SERVER_ERROR if is_ours else RequestProblem.BAD_REQUEST
    return _OF_STATUS.get(status, fallback)
