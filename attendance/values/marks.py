"""Marks: the status of one student in one session, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.values.liveness import NO_EVIDENCE, MarkEvidence


class MarkStatus(StrEnum):
    """A student's status in a session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"  # as if there were no mark, but its history stays

    @property
    def is_there(self) -> bool:
        """Whether the student came."""
        return self in (MarkStatus.PRESENT, MarkStatus.LATE)


class MarkMethod(StrEnum):
    """How a mark was made."""

    FACE = "face"
    CLASSROOM_PHOTO = "classroom_photo"
    MANUAL = "manual"
    CODE = "code"
    CLOSING = "closing"  # absent, because the session closed without a mark; reopening withdraws these


@dataclass(frozen=True)
class MarkEvent:
    """One entry in the history of a mark, oldest first; the last one is its current status.

    Attributes:
        at: when it was recorded.
        came_at: from when on it applies, if that was earlier, such as the time of a photo that was reviewed
            later; None: from ``at`` on.
        by_person: whether a person decided it; entries by hand of earlier versions don't record it.
        for_the_rest: whether it was given to everyone without a mark at once.
        restores: of an undo, the number of the entry whose state it brought back, from 1; 0: there was no
            mark before. None: it is no undo, or one from before this was recorded.
        noted: whether it only notes something, and changes nothing.
    """

    at: datetime
    status: MarkStatus
    method: MarkMethod
    by: str
    note: str = ""
    under_review: bool = False
    came_at: datetime | None = None
    by_person: bool = False
    for_the_rest: bool = False
    restores: int | None = None
    noted: bool = False

    @property
    def holds_from(self) -> datetime:
        """From when on it applies, whenever it was recorded."""
        return self.came_at or self.at


@dataclass(frozen=True)
class Mark:
    """The mark of one student in one session; unique on (session, student).

    Attributes:
        at: when the current status was given.
        attempt: which submission gave it (grant and photo), so that a retry reads the same.
        under_review: the student objected; it does not count until decided.
        version: 1 at first, one more at each change.
        evidence: what speaks for it.
    """

    session_id: str
    student_id: str
    status: MarkStatus
    method: MarkMethod
    at: datetime
    score: float | None = None
    device: str | None = None
    reviewer: str | None = None
    attempt: str | None = None
    under_review: bool = False
    version: int = 1
    history: tuple[MarkEvent, ...] = ()
    evidence: MarkEvidence = NO_EVIDENCE

    @property
    def id(self) -> str:
        """The natural key."""
        return f"{self.session_id}|{self.student_id}"

    @property
    def counts_as_there(self) -> bool:
        """Whether the student counts as having come."""
        return self.status.is_there and not self.under_review

    @property
    def head(self) -> MarkHead:
        """What a list of many marks needs of it."""
        return MarkHead(
            student_id=self.student_id,
            status=self.status,
            method=self.method,
            at=self.at,
            attempt=self.attempt,
            under_review=self.under_review,
            version=self.version,
        )


@dataclass(frozen=True, slots=True)
class MarkHead:
    """What a list of many marks needs of one: without its history and what speaks for it.

    Attributes:
        status, method, at, attempt, under_review, version: as in ``Mark``.
    """

    student_id: str
    status: MarkStatus
    method: MarkMethod
    at: datetime
    attempt: str | None
    under_review: bool
    version: int

    @property
    def counts_as_there(self) -> bool:
        """Whether the student counts as having come."""
        return self.status.is_there and not self.under_review
