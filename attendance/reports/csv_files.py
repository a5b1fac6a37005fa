"""Writes a report as CSV that a spreadsheet opens as what it is: text, never a formula."""

from __future__ import annotations

from attendance.reports.values import Report


def report_csv(report: Report, *, bom: bool = True) -> bytes:
    """The report as CSV in UTF-8, lines ended as RFC 4180 says.

    Args:
        report: of a session, a course or a student.
        bom: whether the file begins with the mark by which Excel knows UTF-8.
    """
    raise NotImplementedError
