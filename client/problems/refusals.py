"""The codes of what can be wrong with a request, and the error that refuses it with one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from client.errors import ClientError


class RequestProblem(StrEnum):
    """What is wrong with a request.

    ``client.problems.table`` gives each its status, ``sentences`` its words for phones, and
    ``teacher_sentences`` those for teachers.
    """

    GRANT_MISSING = "grant_missing"
    GRANT_INVALID = "grant_invalid"
    GRANT_EXPIRED = "grant_expired"
    CLAIM_INVALID = "claim_invalid"
    IMAGE_MISSING = "image_missing"
    BAD_FORM = "bad_form"
    BAD_FRAMES = "bad_frames"
    FORM_TOO_OLD = "form_too_old"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY_TRIES = "too_many_tries"
    PAUSED = "paused"
    SESSION_UNKNOWN = "session_unknown"
    SESSION_OVER = "session_over"
    SESSION_NOT_YET_OPEN = "session_not_yet_open"
    CHECK_IN_CANCELLED = "check_in_cancelled"
    CHECK_IN_CLOSED = "check_in_closed"
    CODE_TOO_OLD = "code_too_old"
    CODE_NOT_YET = "code_not_yet"
    CODE_UNKNOWN = "code_unknown"
    POSTER_OFF = "poster_off"
    LINK_ENDED = "link_ended"
    NO_SESSION_NOW = "no_session_now"
    NUMBER_MISSING = "number_missing"
    ONLY_THIS_COMPUTER = "only_this_computer"
    NOT_SECURE = "not_secure"
    KIOSK_LOCKED = "kiosk_locked"
    LOGIN_MISSING = "login_missing"
    PROOF_NEEDED = "proof_needed"
    FORBIDDEN = "forbidden"
    BAD_REQUEST = "bad_request"
    PAGE_UNKNOWN = "page_unknown"
    ITEM_UNKNOWN = "item_unknown"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    NOT_POSSIBLE = "not_possible"
    PHOTO_UNUSABLE = "photo_unusable"
    TOO_BUSY = "too_busy"
    BUSY = "busy"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    STORE_AWAY = "store_away"
    NOT_READY = "not_ready"
    SERVER_ERROR = "server_error"


class RefusedError(ClientError):
    """A request is answered with a 4xx or 5xx and one sentence, and nothing is stored.

    Args:
        problem: what is wrong.
        session_id: the session that it was about, where that is known.
        grant: the text of the grant that it came under, while that still holds.
        retry_after: seconds after which a retry makes sense.
        course: the name of the course that it was about, where the page may show it.
        opens_at: when its check-in opens, where that is the reason; aware UTC.
    """

    def __init__(
        self,
        problem: RequestProblem,
        *,
        session_id: str | None = None,
        grant: str | None = None,
        retry_after: int | None = None,
        course: str = "",
        opens_at: datetime | None = None,
    ) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.session_id = session_id
        self.grant = grant
        self.retry_after = retry_after
        self.course = course
        self.opens_at = opens_at
