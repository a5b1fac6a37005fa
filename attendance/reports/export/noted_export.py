"""Records in the audit trail that a report left the register as a file."""

from __future__ import annotations

from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.reports.content.values import CourseReport, Report, SessionReport


def note_export(audit: AuditTrail, report: Report, form: str) -> None:
    """Record it.

    Args:
        audit: the register's trail.
        report: what the file is about.
        form: the file's format.
    """
    if isinstance(report, SessionReport):
        audit.note(AuditKind.EXPORT, report.session.id, format=form)
    elif isinstance(report, CourseReport):
        audit.note(AuditKind.EXPORT, report.course.id, format=form)
    else:
        audit.note(AuditKind.EXPORT, student_id=report.student.id, format=form)
