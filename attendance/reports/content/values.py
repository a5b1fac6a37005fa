"""The values of reports, for pages and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from attendance.reports.content.attendance_rate import AbsenceRuns, Counts, Standing, is_below
from attendance.values import Course, MarkEvidence, MarkMethod, Session, Student


class SessionState(StrEnum):
    """The state of a report's session; only a held one counts in reports of courses and students."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ReportEntry:
    """One student in one session.

    Attributes:
        came_at: when the student came, aware UTC; None where they did not, or where they were noted
            as there at a time when the session was not open.
        method: how the mark was made; None unless the report includes methods.
        evidence: what speaks for the mark; likewise.
    """

    standing: Standing = Standing.NO_MARK
    came_at: datetime | None = None
    method: MarkMethod | None = None
    evidence: MarkEvidence | None = None


NO_ENTRY = ReportEntry()


@dataclass(frozen=True)
class ReportFrame:
    """What applies to a whole report.

    Attributes:
        made_at: when it was made, aware UTC.
        zone: the site's time zone; None means the computer's own.
        limit: the attendance rate below which attendance is too low, such as 3/4.
        methods: whether it includes how marks were made.
        audit_head: the head of the audit trail when it was made, as it is printed.
    """

    made_at: datetime
    zone: tzinfo | None
    limit: Fraction
    methods: bool = False
    audit_head: str = ""

    def local(self, moment: datetime) -> datetime:
        """A moment on the site's clock."""
        return moment.astimezone(self.zone)


@dataclass(frozen=True)
class SessionRow:
    """One student in the report of a session."""

    student: Student
    entry: ReportEntry

    @property
    def standing(self) -> Standing:
        """The status of the student."""
        return self.entry.standing


@dataclass(frozen=True)
class SessionReport:
    """Who was in one session.

    Attributes:
        state: whether it is planned, open, held or cancelled.
        rows: the roster by roll number.
        guests: students with a mark who are not (or no longer) on the roster, by roll number; in no count.
        counts: of ``rows``.
    """

    frame: ReportFrame
    session: Session
    course: Course
    state: SessionState
    rows: tuple[SessionRow, ...]
    guests: tuple[SessionRow, ...]
    counts: Counts


@dataclass(frozen=True)
class Tally:
    """The totals of one student's entries.

    Attributes:
        counts: how often each status occurs.
        runs: absences in a row.
        limit: the attendance rate below which attendance is too low.
    """

    counts: Counts
    runs: AbsenceRuns
    limit: Fraction

    @property
    def share(self) -> Fraction | None:
        """The attendance rate; None if no session counts."""
        return self.counts.share

    @property
    def is_below(self) -> bool:
        """Whether the attendance rate is below the limit."""
        return is_below(self.share, self.limit)


@dataclass(frozen=True)
class CourseRow(Tally):
    """One student in the report of a course.

    Attributes:
        entries: one for each session of the report, in its order.
    """

    student: Student
    entries: Sequence[ReportEntry]


@dataclass(frozen=True)
class CourseReport:
    """The attendance in a course over a range of days.

    Attributes:
        first_day: the first local day of the range; None means from the beginning.
        last_day: the last one; None means until now.
        sessions: those that took place, by opening time.
        rows: the roster by roll number.
        guests: students with a mark who are not (or no longer) on the roster, by roll number; in no count.
        session_counts: of ``rows``, one for each session.
        counts: of ``rows`` in all sessions.
    """

    frame: ReportFrame
    course: Course
    first_day: date | None
    last_day: date | None
    sessions: tuple[Session, ...]
    rows: tuple[CourseRow, ...]
    guests: tuple[CourseRow, ...]
    session_counts: tuple[Counts, ...]
    counts: Counts

    @cached_property
    def below_limit(self) -> tuple[CourseRow, ...]:
        """Students of the roster whose attendance rate is below the limit."""
        return tuple(row for row in self.rows if row.is_below)


@dataclass(frozen=True)
class StudentCourse(Tally):
    """One course in the report of a student.

    Attributes:
        on_roster: whether the student is on the course's roster now.
        sessions: those that took place, by opening time.
        entries: one for each session.
    """

    course: Course
    on_roster: bool
    sessions: tuple[Session, ...]
    entries: tuple[ReportEntry, ...]


@dataclass(frozen=True)
class StudentReport:
    """Where one student was over a range of days.

    Attributes:
        first_day: the first local day of the range; None means from the beginning.
        last_day: the last one; None means until now.
        courses: by name; those with the student on the roster, and those with a mark of them.
        counts: of all courses together.
        runs: over all courses together, by opening time.
    """

    frame: ReportFrame
    student: Student
    first_day: date | None
    last_day: date | None
    courses: tuple[StudentCourse, ...]
    counts: Counts
    runs: AbsenceRuns

    @property
    def share(self) -> Fraction | None:
        """The attendance rate over all courses."""
        return self.counts.share

    @property
    def is_below(self) -> bool:
        """Whether the attendance rate over all courses is below the limit."""
        return is_below(self.share, self.frame.limit)


Report = SessionReport | CourseReport | StudentReport
