"""Reports as downloads."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import abort, send_file
from werkzeug.wrappers import Response

from attendance.reports.content.values import Report
from attendance.reports.excel.workbook import report_workbook
from attendance.reports.export.csv_files import report_csv
from attendance.reports.export.file_names import file_name
from attendance.reports.export.moodle import MoodleUser
from attendance.reports.export.noted_export import note_export
from client.access.roles import Access, may
from client.web.services import the_register

WRITERS: dict[str, tuple[Callable[[Report], bytes], str]] = {
    "csv": (report_csv, "text/csv"),
    "xlsx": (report_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
MOODLE = "moodle"


def moodle_users() -> tuple[MoodleUser, ...]:
    """By what Moodle may know the students; e-mail addresses are in files only for those who may see them."""
    return tuple(user for user in MoodleUser if user is not MoodleUser.EMAIL or may(Access.ENROLS))


def sent(report: Report, kind: str) -> Response:
    """A report as a download."""
    if kind not in WRITERS:
        abort(404)
    write, mimetype = WRITERS[kind]
    note_export(the_register().audit, report, kind)
    return attached(write(report), file_name(report, kind), mimetype)


def attached(content: bytes, name: str, mimetype: str) -> Response:
    """A file to keep, under a name that browsers of each kind read (RFC 6266)."""
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
