"""Whether a grant still counts, for a new attempt or for one that was answered before."""

from __future__ import annotations

from collections.abc import Callable

from attendance.marks.verdict import Verdict
from client.problems.refusals import RefusedError, RequestProblem
from client.web.grants import Grant
from client.web.services import the_register


def in_time(grant: Grant, kept: Callable[[], Verdict | None]) -> Verdict | None:
    """None while a grant counts; afterwards what was answered under it.

    A browser without scripts that reloads its verdict sends the same form again, however late.

    Args:
        grant: one with a valid signature.
        kept: finds the answer that the same attempt got before.

    Raises:
        RefusedError: the grant has ended, and the attempt is new.
    """
    if the_register().clock.now() < grant.delivered_by:
        return None
    if (verdict := kept()) is not None:
        return verdict
    raise RefusedError(RequestProblem.GRANT_EXPIRED, session_id=grant.session_id)
