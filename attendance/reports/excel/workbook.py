"""Writes a report as an Excel file."""

from __future__ import annotations

from attendance.reports.content.values import CourseReport, Report, SessionReport


def report_workbook(report: Report) -> bytes:
    """The report as an Excel file (.xlsx).

    Args:
        report: of a session, a course or a student.

    Raises:
        ReportError: it has more sessions or students than a sheet has columns or rows.
    """
    # XlsxWriter takes a while to load, and only Excel files need it.
    if isinstance(report, SessionReport):
        from attendance.reports.excel.session_workbook import session_workbook  # noqa: PLC0415

        return session_workbook(report)
    if isinstance(report, CourseReport):
        from attendance.reports.excel.course_workbook import course_workbook  # noqa: PLC0415

        return course_workbook(report)
    from attendance.reports.excel.student_workbook import student_workbook  # noqa: PLC0415

    return student_workbook(report)
