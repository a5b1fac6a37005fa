"""The words of reports for statuses, methods and states."""

from __future__ import annotations

from datetime import date

from attendance.liveness.evidence_words import doubt_texts, evidence_texts
from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import ReportEntry, SessionState
from attendance.values import MarkMethod
from attendance.values.liveness import NO_EVIDENCE

STANDING_WORDS = {
    Standing.PRESENT: "Present",
    Standing.LATE: "Late",
    Standing.ABSENT: "Absent",
    Standing.EXCUSED: "Excused",
    Standing.UNDER_REVIEW: "In review",
    Standing.NO_MARK: "No mark",
}
METHOD_WORDS = {
    MarkMethod.FACE: "Face",
    MarkMethod.CLASSROOM_PHOTO: "Classroom photo",
    MarkMethod.MANUAL: "By hand",
    MarkMethod.CODE: "Code",
    MarkMethod.CLOSING: "Closing",
}
STATE_WORDS = {
    SessionState.PLANNED: "planned",
    SessionState.OPEN: "still open",
    SessionState.HELD: "closed",
    SessionState.CANCELLED: "cancelled",
}
GUESTS = "Not on the roster"


def method_word(entry: ReportEntry) -> str | None:
    """How the mark was made, and what about it may need a look; None if the report doesn't include it."""
    if entry.method is None:
        return None
    return ". ".join((METHOD_WORDS[entry.method], *doubt_texts(entry.evidence or NO_EVIDENCE)))


def evidence_word(entry: ReportEntry) -> str:
    """What speaks for the mark; empty if the report doesn't include it."""
    return " ".join(evidence_texts(entry.evidence)) if entry.evidence else ""


def range_words(first_day: date | None, last_day: date | None) -> str:
    """A range of days for a heading."""
    if first_day is None and last_day is None:
        return "All days"
    if first_day is None:
        return f"Until {last_day}"
    if last_day is None:
        return f"From {first_day}"
    return f"{first_day} to {last_day}"
