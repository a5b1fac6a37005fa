"""The way on from a refusal, so that no phone page is a dead end."""

from __future__ import annotations

from enum import StrEnum

from attendance.marks.verdict import VerdictCode
from client.problems.refusals import RequestProblem

NEW_CODE: frozenset[StrEnum] = frozenset(
    {
        VerdictCode.GRANT_USED,
        RequestProblem.GRANT_MISSING,
        RequestProblem.GRANT_INVALID,
        RequestProblem.GRANT_EXPIRED,
        RequestProblem.IMAGE_MISSING,
        RequestProblem.BAD_FORM,
        RequestProblem.BAD_FRAMES,
        RequestProblem.FORM_TOO_OLD,
        RequestProblem.WRONG_CONTENT_TYPE,
        RequestProblem.TOO_LARGE,
        RequestProblem.SESSION_UNKNOWN,
        RequestProblem.SESSION_OVER,
        RequestProblem.SESSION_NOT_YET_OPEN,
        RequestProblem.CODE_TOO_OLD,
        RequestProblem.CODE_NOT_YET,
        RequestProblem.CODE_UNKNOWN,
        RequestProblem.POSTER_OFF,
        RequestProblem.LINK_ENDED,
        RequestProblem.NO_SESSION_NOW,
        RequestProblem.NUMBER_MISSING,
        RequestProblem.LOGIN_MISSING,
        RequestProblem.PROOF_NEEDED,
        RequestProblem.FORBIDDEN,
        RequestProblem.BAD_REQUEST,
        RequestProblem.PAGE_UNKNOWN,
        RequestProblem.ITEM_UNKNOWN,
        RequestProblem.METHOD_NOT_ALLOWED,
        RequestProblem.PHOTO_UNUSABLE,
    }
)
"""What the code that is on the wall now gets over: it can be typed, too."""

LATER: frozenset[StrEnum] = frozenset(
    {
        RequestProblem.TOO_SLOW,
        RequestProblem.TOO_MANY_TRIES,
        RequestProblem.PAUSED,
        RequestProblem.SESSION_NOT_YET_OPEN,
        RequestProblem.NO_SESSION_NOW,
        RequestProblem.TOO_BUSY,
        RequestProblem.BUSY,
        RequestProblem.STORE_AWAY,
        RequestProblem.SERVER_ERROR,
    }
)
"""What passes: the same page may work later."""

_OPENS_AGAIN: frozenset[StrEnum] = frozenset(
    {RequestProblem.TOO_BUSY, RequestProblem.BUSY, RequestProblem.STORE_AWAY}
)
LONGEST_COUNTDOWN = 8  # seconds until a refused page opens again; a code in its address is valid for 10


def opens_again(problem: RequestProblem, method: str, retry_after: int | None) -> int | None:
    """Seconds after which a page that was refused opens again on its own; None if it does not.

    Args:
        problem: why it was refused.
        method: of the request; what was sent with a form would not be sent again.
        retry_after: seconds after which a retry makes sense.
    """
    if method != "GET" or retry_after is None or problem not in _OPENS_AGAIN:
        return None
    return min(retry_after, LONGEST_COUNTDOWN)
