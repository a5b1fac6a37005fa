"""What a notice is before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from attendance.values import Course, Notice, NoticeKind, Session, Student


class Obstacle(StrEnum):
    """Why a notice can't be sent as things are."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"


class Step(StrEnum):
    """What happens to a notice next."""

    WAITING = "waiting"  # for corrections, until ``ready_at``
    DUE = "due"
    RETRY = "retry"  # after a temporary failure, at ``ready_at``
    STUCK = "stuck"  # it has an obstacle
    HELD = "held"  # somebody holds it back
    DONE = "done"  # sent, possibly sent, or failed for good


TO_COME = (Step.DUE, Step.WAITING, Step.RETRY)
"""The steps of notices that have not gone out yet."""


@dataclass(frozen=True)
class Attendance:
    """How often a student came, where a notice is about that.

    Attributes:
        there: sessions that the student came to.
        counted: sessions that count.
        limit: the attendance limit.
    """

    there: int
    counted: int
    limit: Fraction

    @property
    def share(self) -> Fraction:
        """The attendance rate."""
        return Fraction(self.there, self.counted)


@dataclass(frozen=True)
class Planned:
    """One notice as it would be sent now.

    Attributes:
        key: the same for the same notice, whenever it is planned.
        session: the session that it is about; for a limit the one at which the student fell below.
        to: the address, its part after the ``@`` in ASCII; None where there is an obstacle.
        to_guardian: whether that is a guardian's.
        step: what happens next.
        ready_at: when, where it waits.
        attendance: where it is about a limit.
        obstacle: why it can't be sent.
        known: its entry in the register, if any.
    """

    key: str
    kind: NoticeKind
    student: Student
    course: Course
    session: Session
    to: str | None
    to_guardian: bool
    step: Step
    ready_at: datetime
    attendance: Attendance | None = None
    obstacle: Obstacle | None = None
    known: Notice | None = None
