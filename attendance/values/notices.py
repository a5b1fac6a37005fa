"""Notices: e-mail that was, or is about to be, sent to a student or a guardian."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    ABSENT = "absent"  # the student did not come to a session
    BELOW_LIMIT = "below_limit"  # the student's attendance rate in a course fell below the limit


class NoticeState(StrEnum):
    """The state of a notice."""

    CLAIMED = "claimed"  # a process is sending it, or died while it did
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"  # a person holds it back until a person sends it after all


@dataclass(frozen=True)
class Notice:
    """One e-mail to one address; stored, so that nobody is notified twice of the same.

    Attributes:
        key: made from content and recipient, so that the same notice has the same key.
        session_id: the session that it is about; None where it is about a course.
        day: the local day that it is about, ``YYYY-MM-DD``.
        to: the address.
        sent_at: when the mail server accepted it; None until then.
        problem: why it could not be sent; None otherwise.
        held_by: the id of the user who holds it back; None where nobody does.
        version: 1 at first, one more at each change.
    """

    key: str
    kind: NoticeKind
    student_id: str
    course_id: str
    session_id: str | None
    day: str
    to: str
    created_at: datetime
    state: NoticeState = NoticeState.CLAIMED
    sent_at: datetime | None = None
    problem: str | None = None
    version: int = 1
    held_by: str | None = None
