"""What decides a check-in before its photo is read, and what it leaves; not stored in this form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from attendance.values import CheckInTrace, Course, GrantAnswer, Mark, Session


@dataclass(frozen=True)
class CheckInState:
    """What the register knows of an attempt before its photo is read, all of one moment.

    Attributes:
        session: what the grant was given for; None: it is unknown.
        course: the session's; None: it is unknown.
        kept: the answer that the attempt got before, until it ends.
        named: the mark of the student whom that answer names, in the answer's session.
        spent: of the grants that were asked for, those that are spent, with the digest each is bound to.
    """

    session: Session | None
    course: Course | None
    kept: GrantAnswer | None
    named: Mark | None
    spent: Mapping[str, str]


@dataclass(frozen=True)
class CheckInRecord:
    """What a decided check-in leaves in the register, in one step.

    Attributes:
        answer: what its phone reads; its grant and digest say what the grant is spent on.
        grant_until: when the grant expires; aware UTC.
        mark: the mark that it gives, or its next version; None leaves the mark as it is.
        trace: what later check-ins are compared with, if anything is.
    """

    answer: GrantAnswer
    grant_until: datetime
    mark: Mark | None = None
    trace: CheckInTrace | None = None


@dataclass(frozen=True)
class CheckInWritten:
    """The result of recording a check-in.

    Attributes:
        bound_to: the digest that the grant is bound to. If it is another one, nothing was written.
        answer: the answer that is stored now, perhaps an earlier one. None: it is not kept, because the
            grant is bound to another photo, the mark was changed meanwhile, or, with ``has_mark``, because
            the connection broke after the mark was written. Recording it again keeps it then.
        has_mark: whether the mark was written by this call.
        has_trace: whether the trace was written by this call; if not, it may be left to do.
    """

    bound_to: str
    answer: GrantAnswer | None = None
    has_mark: bool = False
    has_trace: bool = False


def student_named(answer: GrantAnswer) -> str | None:
    """The id of the student whom an answer to a phone names."""
    named = answer.answer.get("student_id")
    return None if named is None else str(named)
