"""Which of the files that are written automatically are of a day long ago."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from attendance.reports.automatic_reports import Reporting

# As ``file_name`` and ``marked`` call the reports of a session: day, hour, and the digits that mark it.
_REPORT = re.compile(r".* (\d{4}-\d{2}-\d{2}) \d{2}\.\d{2} [0-9a-f]{6}\.(csv|xlsx)", re.ASCII)
_LIST = re.compile(r"attendance_(\d{4}-\d{2}-\d{2})(\.before-\w+)?\.csv", re.ASCII)


class FileOfDay(NamedTuple):
    """A file and the local day that it is about."""

    path: Path
    day: date


def files_of_days(reporting: Reporting) -> Iterator[FileOfDay]:
    """The daily lists and the reports of sessions on this machine, in any order.

    Reports of courses are rewritten with each session, and heads of the audit trail name nobody.
    """
    daily, folder = reporting.daily, reporting.folder
    if daily is not None:
        yield from _named(daily.folder, _LIST)
    if folder is not None:
        yield from _named(folder.folder, _REPORT)


def _named(folder: Path, name: re.Pattern[str]) -> Iterator[FileOfDay]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        found = name.fullmatch(path.name)
        try:
            day = date.fromisoformat(found[1]) if found else None
        except ValueError:  # such as a 31st of February
            continue
        if day is not None:
            yield FileOfDay(path, day)
