"""A student's attendance rate session by session, and when it fell below the limit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from attendance.reports.content.attendance_rate import THERE, Counts, Standing, is_below
from attendance.reports.content.values import CourseReport, CourseRow
from attendance.values import Session

LEAST_COUNTED = 5  # sessions of a course before a rate is meaningful: a first absence is not 0 %


@dataclass(frozen=True)
class Moment:
    """A student's attendance in a course after a session."""

    session: Session
    counts: Counts
    is_below: bool


@dataclass(frozen=True)
class CourseHistory:
    """A student's attendance rate session by session, once it is meaningful."""

    steps: tuple[Moment, ...]

    @classmethod
    def of(cls, row: CourseRow, report: CourseReport, ripe: Collection[str]) -> CourseHistory:
        """Count after each session whose time for corrections is over."""
        steps = []
        counts = Counts()
        for session, entry in zip(report.sessions, row.entries, strict=True):
            if session.id in ripe:
                counts += Counts.of([entry.standing])
                is_low = counts.counted >= LEAST_COUNTED and is_below(counts.share, row.limit)
                steps.append(Moment(session, counts, is_low))
        return cls(tuple(steps))

    @staticmethod
    def ends_below(row: CourseRow, report: CourseReport, ripe: Collection[str]) -> bool:
        """Whether the last step is below the limit; cheaper than all steps, which few students need."""
        there = absent = 0
        for session, entry in zip(report.sessions, row.entries, strict=True):
            if session.id in ripe:
                there += entry.standing in THERE
                absent += entry.standing is Standing.ABSENT
        counts = Counts(present=there, absent=absent)
        return counts.counted >= LEAST_COUNTED and is_below(counts.share, row.limit)

    def last_fall(self) -> Moment | None:
        """When the student came below the limit, where that lasts; None otherwise."""
        fall = None
        for step in self.steps:
            fall = (fall or step) if step.is_below else None
        return fall

    def was_above_since(self, day: str) -> bool:
        """Whether the rate was above the limit after a session of this day or a later one."""
        return any(step.session.day >= day and not step.is_below for step in self.steps)


def ripe_sessions(sessions: Iterable[Session], closed_by: datetime) -> set[str]:
    """The sessions that were closed by then."""
    return {s.id for s in sessions if s.closed_at is not None and s.closed_at <= closed_by}
