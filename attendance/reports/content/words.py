"""The words of reports for statuses, methods and states."""

from __future__ import annotations

from datetime import date

from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import ReportEntry, SessionState
from attendance.values import MarkMethod

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
    """How the mark was made; None if the report doesn't include it."""
    return METHOD_WORDS[entry.method] if entry.method else None


def range_words(first_day: date | None, last_day: date | None) -> str:
    """A range of days for a heading."""
    if first_day is None and last_day is None:
        return "All days"
    if first_day is None:
        return f"Until {last_day}"
    if last_day is None:
        return f"From {first_day}"
    return f"{first_day} to {last_day}"
