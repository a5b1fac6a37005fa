"""Writes the hand-over file of a session that Moodle's attendance activity imports."""

from __future__ import annotations

from enum import StrEnum

from attendance.reports.values import SessionReport


class MoodleUser(StrEnum):
    """By what Moodle shall know the students."""

    IDNUMBER = "idnumber"  # the roll number
    USERNAME = "username"  # the roll number in lower case
    EMAIL = "email"


def moodle_csv(report: SessionReport, *, identify_by: MoodleUser = MoodleUser.IDNUMBER) -> bytes:
    """The session as CSV for Moodle.

    Raises:
        ReportError: the session was not held, or no student has what they shall be known by.
    """
    raise NotImplementedError
