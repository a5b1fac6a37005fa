"""File names of reports that are valid on every system."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from attendance.reports.content.values import CourseReport, Report, SessionReport

LONGEST = 40  # letters of a name; four bytes each and the rest stay below the 255 of file systems

# Windows takes none of these; a dot or a space at the end, and the names of devices, neither.
_UNSAFE = re.compile(r'[<>:"/\\|?*\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
MARK_LENGTH = 6  # hex digits that keep apart what would have the same name


def file_name(report: Report, extension: str) -> str:
    """A name such as ``Physics 2026-11-23 10.00.xlsx``: safe, and the same for the same report.

    Args:
        report: the file's content.
        extension: without the dot: ``csv`` or ``xlsx``.
    """
    if isinstance(report, SessionReport):
        opened = report.frame.local(report.session.opens_at)
        return f"{safe(report.course.name)} {report.session.day} {opened:%H.%M}.{extension}"
    about = report.course.name if isinstance(report, CourseReport) else report.student.roll_number
    return f"{safe(about)}{_range(report.first_day, report.last_day)}.{extension}"


def safe(text: str) -> str:
    """The text as part of a file name that every system takes."""
    name = _UNSAFE.sub(" ", text).strip(" .")[:LONGEST].rstrip(" .")
    if not name or _DEVICES.fullmatch(name) or name.startswith(("-", "~")):
        return f"_{name}"
    return name


def marked(name: str, identity: str) -> str:
    """The name with some digits of an identity, so that no two reports have the same file.

    Args:
        name: with an extension.
        identity: what no other has, such as the id of a session.
    """
    stem, dot, extension = name.rpartition(".")
    return f"{stem} {mark_of(identity)}{dot}{extension}"


def mark_of(identity: str) -> str:
    """The digits that identify files of this report; see ``marked``."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:MARK_LENGTH]


def mark_in(name: str) -> str:
    """The last word of a file's name before the extension: such digits, where ``marked`` made it."""
    return name.rpartition(".")[0].rpartition(" ")[2]


def _range(first_day: date | None, last_day: date | None) -> str:
    if first_day is None and last_day is None:
        return ""
    return f" {first_day or 'begin'} to {last_day or 'now'}"
