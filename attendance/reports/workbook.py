"""Writes a report as an Excel file."""

from __future__ import annotations

from attendance.reports.values import Report


def report_workbook(report: Report) -> bytes:
    """The report as an Excel file (.xlsx).

    Args:
        report: of a session, a course or a student.
    """
    raise NotImplementedError
