"""Why a notice was not sent, as the register stores it: a code, and the mail server's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from attendance.values import Notice, NoticeState

PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""Between the tries of one notice; after the last one it has failed for good."""

PERHAPS_AFTER = timedelta(minutes=10)
"""After this time the process of a claimed notice without a result counts as crashed."""


class NoticeProblemCode(StrEnum):
    """What kind of failure it was."""

    REFUSED = "refused"  # for good: there is no such address
    LATER = "later"  # not now: the box is full, the server busy
    UNSURE = "unsure"  # the connection was lost before the answer


@dataclass(frozen=True)
class NoticeProblem:
    """A failure.

    Attributes:
        code: what kind.
        detail: a sentence for the admin.
    """

    code: NoticeProblemCode
    detail: str

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


def problem_of(notice: Notice) -> NoticeProblem | None:
    """The failure that is stored with a notice."""
    if notice.problem is None:
        return None
    code, _, detail = notice.problem.partition(": ")
    try:
        return NoticeProblem(NoticeProblemCode(code), detail)
    except ValueError:
        return NoticeProblem(NoticeProblemCode.REFUSED, notice.problem)


def tries_of(notice: Notice) -> int:
    """How often it was tried: each try is claimed, and then its result recorded."""
    return (notice.version + 1) // 2


def next_try(notice: Notice) -> datetime | None:
    """When a notice that failed is tried again; None where it is not."""
    problem = problem_of(notice)
    tries = tries_of(notice)
    if (
        notice.state is not NoticeState.FAILED
        or problem is None
        or problem.code is not NoticeProblemCode.LATER
    ):
        return None
    return notice.created_at + sum(PAUSES[:tries], timedelta()) if tries <= len(PAUSES) else None


def is_perhaps_sent(notice: Notice, now: datetime) -> bool:
    """Whether it is unknown if it was sent, so that it is not sent again."""
    if notice.state is not NoticeState.CLAIMED:
        return False
    return notice.problem is not None or now - notice.created_at > PERHAPS_AFTER
