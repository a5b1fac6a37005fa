"""Names for the files of reports that every system takes."""

from __future__ import annotations

from attendance.reports.values import Report


def file_name(report: Report, extension: str) -> str:
    """A name such as ``Physics 2026-11-23 10-00.xlsx``: safe, and the same for the same report.

    Args:
        report: what the file holds.
        extension: without the dot: ``csv`` or ``xlsx``.
    """
    raise NotImplementedError
