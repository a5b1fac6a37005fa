"""Writes the hand-over file of a session that Moodle's attendance activity imports.

What it takes is read off ``mod_attendance`` of Moodle 4.3 (``classes/import/marksessions.php``,
``classes/form/import/marksessions_confirm.php``): columns by their headings, users by ``username``,
``idnumber`` or ``email`` without regard to case, and either a status by its acronym or a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from attendance.errors import ReportError
from attendance.files.csv_writer import Audience, csv_bytes
from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import SessionReport, SessionRow, SessionState
from attendance.reports.content.words import STATE_WORDS
from attendance.values import Student


class MoodleUser(StrEnum):
    """By what Moodle shall know the students; the heading by which its form finds the column."""

    IDNUMBER = "idnumber"  # the roll number
    USERNAME = "username"  # the roll number in lower case
    EMAIL = "email"


@dataclass(frozen=True)
class MoodleAcronyms:
    """What Moodle calls the statuses; it has them for each activity, and other ones in other languages."""

    present: str = "P"
    late: str = "L"
    excused: str = "E"
    absent: str = "A"

    @classmethod
    def parse(cls, text: str) -> MoodleAcronyms:
        """Read ``P,L,E,A``: present, late, excused, absent.

        Raises:
            ReportError: these are not four different ones.
        """
        parts = [part.strip() for part in text.split(",")]
        if len(parts) != 4 or not all(parts) or len(set(parts)) != 4:
            raise ReportError(
                f"{text!r} are not the acronyms of four statuses. Write them as P,L,E,A: present, "
                "late, excused, absent."
            )
        return cls(*parts)


@dataclass(frozen=True)
class MoodleFile:
    """The file, and the students who are not in it.

    Attributes:
        data: the CSV.
        rows: how many students are in it.
        undecided: their check-in needs review.
        unmarked: they have no mark.
        unknown: they have no identifier for Moodle, or the same one as a student in the file.
    """

    data: bytes
    rows: int
    undecided: tuple[Student, ...] = ()
    unmarked: tuple[Student, ...] = ()
    unknown: tuple[Student, ...] = ()


def moodle_file(
    report: SessionReport,
    *,
    identify_by: MoodleUser = MoodleUser.IDNUMBER,
    acronyms: MoodleAcronyms | None = None,
) -> MoodleFile:
    """The session as CSV for Moodle: who, which status, and when they came.

    Args:
        report: of a closed session.
        identify_by: how Moodle identifies the students.
        acronyms: Moodle's acronyms of the statuses; None means the English ones.

    Raises:
        ReportError: the session is not closed, or nobody can be in the file.
    """
    if report.state is not SessionState.HELD:
        raise ReportError(
            f"The session {report.session.id!r} was not held: it is {STATE_WORDS[report.state]}. "
            "Only a closed session can be exported."
        )
    status_of = _statuses(acronyms or MoodleAcronyms())
    everybody = (*report.rows, *report.guests)
    decided = [row for row in everybody if row.standing in status_of]
    # Moodle compares in lower case, and takes only the first of two.
    shared = Counter(_identity(row.student, identify_by).lower() for row in decided)
    unknown = tuple(row.student for row in decided if not _is_sure(row.student, identify_by, shared))
    rows = [
        (_identity(row.student, identify_by), status_of[row.standing], _scan_time(report, row))
        for row in decided
        if row.student not in unknown
    ]
    if not rows:
        raise ReportError(
            f"Nobody of the session {report.session.id!r} can be exported: {len(unknown)} without "
            f"{identify_by.value}, {len(everybody) - len(decided)} without a decided mark."
        )
    # Moodle's form looks for these headings; the user comes first, which is what it proposes.
    headings = (identify_by.value, "status", "scantime")
    return MoodleFile(
        data=csv_bytes(headings, rows, audience=Audience.MACHINES, bom=False),
        rows=len(rows),
        undecided=_those(report, Standing.UNDER_REVIEW),
        unmarked=_those(report, Standing.NO_MARK),
        unknown=unknown,
    )


def _statuses(acronyms: MoodleAcronyms) -> dict[Standing, str]:
    """Moodle's acronym of each status that can be exported."""
    return {
        Standing.PRESENT: acronyms.present,
        Standing.LATE: acronyms.late,
        Standing.EXCUSED: acronyms.excused,
        Standing.ABSENT: acronyms.absent,
    }


def _identity(student: Student, identify_by: MoodleUser) -> str:
    if identify_by is MoodleUser.EMAIL:
        return student.email or ""
    return student.roll_number if identify_by is MoodleUser.IDNUMBER else student.roll_number.lower()


def _is_sure(student: Student, identify_by: MoodleUser, shared: Counter[str]) -> bool:
    identity = _identity(student, identify_by)
    return bool(identity) and shared[identity.lower()] == 1


def _scan_time(report: SessionReport, row: SessionRow) -> str:
    came_at = row.entry.came_at
    return "" if came_at is None else report.frame.local(came_at).isoformat(timespec="seconds")


def _those(report: SessionReport, standing: Standing) -> tuple[Student, ...]:
    return tuple(row.student for row in (*report.rows, *report.guests) if row.standing is standing)
