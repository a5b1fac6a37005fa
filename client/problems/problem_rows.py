"""What follows from each problem: its kind, when to try again, and how it is logged."""

from __future__ import annotations

import logging
from typing import NamedTuple

from client.problems.problem_kinds import ProblemCode
from client.problems.refusals import RequestProblem


class ProblemRow(NamedTuple):
    """What follows from a problem.

    Attributes:
        code: its kind, which gives the HTTP status.
        retry_after: seconds after which a retry makes sense.
        log: the level at which the error's own message is logged; users don't see it then.
    """

    code: ProblemCode
    retry_after: int | None = None
    log: int | None = None


ROWS: dict[RequestProblem, ProblemRow] = {
    RequestProblem.GRANT_MISSING: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.GRANT_INVALID: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.GRANT_EXPIRED: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.CLAIM_INVALID: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.IMAGE_MISSING: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.BAD_FORM: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.BAD_FRAMES: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.FORM_TOO_OLD: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.WRONG_CONTENT_TYPE: ProblemRow(ProblemCode.WRONG_CONTENT_TYPE),
    RequestProblem.TOO_LARGE: ProblemRow(ProblemCode.TOO_LARGE),
    RequestProblem.TOO_SLOW: ProblemRow(ProblemCode.TOO_SLOW),
    RequestProblem.TOO_MANY_TRIES: ProblemRow(ProblemCode.TOO_MANY_REQUESTS),
    RequestProblem.PAUSED: ProblemRow(ProblemCode.TOO_MANY_REQUESTS),
    RequestProblem.SESSION_UNKNOWN: ProblemRow(ProblemCode.NOT_FOUND),
    RequestProblem.SESSION_OVER: ProblemRow(ProblemCode.GONE),
    RequestProblem.SESSION_NOT_YET_OPEN: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.CHECK_IN_CANCELLED: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.CHECK_IN_CLOSED: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.CODE_TOO_OLD: ProblemRow(ProblemCode.GONE),
    RequestProblem.CODE_NOT_YET: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.CODE_UNKNOWN: ProblemRow(ProblemCode.NOT_FOUND),
    RequestProblem.POSTER_OFF: ProblemRow(ProblemCode.GONE),
    RequestProblem.LINK_ENDED: ProblemRow(ProblemCode.GONE),
    RequestProblem.NO_SESSION_NOW: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.NUMBER_MISSING: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.ONLY_THIS_COMPUTER: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.NOT_SECURE: ProblemRow(ProblemCode.NOT_SECURE),
    RequestProblem.KIOSK_LOCKED: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.LOGIN_MISSING: ProblemRow(ProblemCode.TOKEN_MISSING),
    RequestProblem.PROOF_NEEDED: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.FORBIDDEN: ProblemRow(ProblemCode.FORBIDDEN),
    RequestProblem.BAD_REQUEST: ProblemRow(ProblemCode.BAD_REQUEST),
    RequestProblem.PAGE_UNKNOWN: ProblemRow(ProblemCode.NOT_FOUND),
    RequestProblem.ITEM_UNKNOWN: ProblemRow(ProblemCode.NOT_FOUND),
    RequestProblem.METHOD_NOT_ALLOWED: ProblemRow(ProblemCode.METHOD_NOT_ALLOWED),
    RequestProblem.CONFLICT: ProblemRow(ProblemCode.CONFLICT),
    RequestProblem.NOT_POSSIBLE: ProblemRow(ProblemCode.NOT_POSSIBLE),
    RequestProblem.PHOTO_UNUSABLE: ProblemRow(ProblemCode.PHOTO_UNUSABLE),
    # Seconds: a place for a request is free again after 3, a burst of phones is processed after 2, a database
    # has elected a new primary after 5. The others need an admin.
    RequestProblem.TOO_BUSY: ProblemRow(ProblemCode.TRY_LATER, 3, logging.WARNING),
    RequestProblem.BUSY: ProblemRow(ProblemCode.TRY_LATER, 2, logging.WARNING),
    RequestProblem.STORE_AWAY: ProblemRow(ProblemCode.TRY_LATER, 5, logging.WARNING),
    RequestProblem.ENGINE_UNAVAILABLE: ProblemRow(ProblemCode.TRY_LATER, 60, logging.ERROR),
    RequestProblem.NOT_READY: ProblemRow(ProblemCode.TRY_LATER, 60, logging.ERROR),
    RequestProblem.SERVER_ERROR: ProblemRow(ProblemCode.SERVER_ERROR),
}
