"""Why a request is refused before any photo is looked at: codes with their HTTP status."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from client.errors import ClientError

STORE_RETRY_SECONDS = 5  # about what a database needs to elect a new primary
BUSY_RETRY_SECONDS = 2  # about what a burst of phones takes to be worked off
ENGINE_RETRY_SECONDS = 60  # an admin has to act first


class RequestProblem(StrEnum):
    """What is wrong with a request; each has one sentence in ``client.problems.sentences``."""

    GRANT_MISSING = "grant_missing"
    GRANT_INVALID = "grant_invalid"
    GRANT_EXPIRED = "grant_expired"
    CLAIM_INVALID = "claim_invalid"
    IMAGE_MISSING = "image_missing"
    BAD_FORM = "bad_form"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    TOO_LARGE = "too_large"
    TOO_MANY_TRIES = "too_many_tries"
    SESSION_UNKNOWN = "session_unknown"
    SESSION_OVER = "session_over"
    SESSION_NOT_YET_OPEN = "session_not_yet_open"
    CODE_TOO_OLD = "code_too_old"
    CODE_NOT_YET = "code_not_yet"
    CODE_UNKNOWN = "code_unknown"
    POSTER_OFF = "poster_off"
    NO_SESSION_NOW = "no_session_now"
    NUMBER_MISSING = "number_missing"
    NUMBER_UNKNOWN = "number_unknown"
    ONLY_THIS_COMPUTER = "only_this_computer"
    BAD_REQUEST = "bad_request"
    PAGE_UNKNOWN = "page_unknown"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BUSY = "busy"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    STORE_AWAY = "store_away"
    SERVER_ERROR = "server_error"


STATUS_OF: dict[RequestProblem, HTTPStatus] = {
    RequestProblem.GRANT_MISSING: HTTPStatus.FORBIDDEN,
    RequestProblem.GRANT_INVALID: HTTPStatus.FORBIDDEN,
    RequestProblem.GRANT_EXPIRED: HTTPStatus.FORBIDDEN,
    RequestProblem.CLAIM_INVALID: HTTPStatus.FORBIDDEN,
    RequestProblem.IMAGE_MISSING: HTTPStatus.BAD_REQUEST,
    RequestProblem.BAD_FORM: HTTPStatus.BAD_REQUEST,
    RequestProblem.WRONG_CONTENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    RequestProblem.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RequestProblem.TOO_MANY_TRIES: HTTPStatus.TOO_MANY_REQUESTS,
    RequestProblem.SESSION_UNKNOWN: HTTPStatus.NOT_FOUND,
    RequestProblem.SESSION_OVER: HTTPStatus.GONE,
    RequestProblem.SESSION_NOT_YET_OPEN: HTTPStatus.CONFLICT,
    RequestProblem.CODE_TOO_OLD: HTTPStatus.GONE,
    RequestProblem.CODE_NOT_YET: HTTPStatus.CONFLICT,
    RequestProblem.CODE_UNKNOWN: HTTPStatus.NOT_FOUND,
    RequestProblem.POSTER_OFF: HTTPStatus.GONE,
    RequestProblem.NO_SESSION_NOW: HTTPStatus.CONFLICT,
    RequestProblem.NUMBER_MISSING: HTTPStatus.BAD_REQUEST,
    RequestProblem.NUMBER_UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestProblem.ONLY_THIS_COMPUTER: HTTPStatus.FORBIDDEN,
    RequestProblem.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    RequestProblem.PAGE_UNKNOWN: HTTPStatus.NOT_FOUND,
    RequestProblem.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    RequestProblem.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestProblem.ENGINE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestProblem.STORE_AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestProblem.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}

# What an HTTP error of Flask's own means in our words.
PROBLEM_OF_STATUS: dict[int, RequestProblem] = {
    404: RequestProblem.PAGE_UNKNOWN,
    405: RequestProblem.METHOD_NOT_ALLOWED,
    413: RequestProblem.TOO_LARGE,
    415: RequestProblem.WRONG_CONTENT_TYPE,
    429: RequestProblem.TOO_MANY_TRIES,
    500: RequestProblem.SERVER_ERROR,
    503: RequestProblem.STORE_AWAY,
}


class RefusedError(ClientError):
    """A request is answered with a 4xx or 5xx and one sentence, and nothing is stored.

    Args:
        problem: what is wrong.
        session_id: the session that it was about, where that is known.
        grant: the text of the grant that it came under, while that still holds.
        retry_after: seconds after which a retry makes sense.
    """

    def __init__(
        self,
        problem: RequestProblem,
        *,
        session_id: str | None = None,
        grant: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.session_id = session_id
        self.grant = grant
        self.retry_after = retry_after

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status that it is answered with."""
        return STATUS_OF[self.problem]
