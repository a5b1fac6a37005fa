"""Appends the lines that a crash lost to a daily list; they are written a moment after their marks."""

from __future__ import annotations

import csv
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from attendance.errors import AttendanceError
from attendance.files.file_lock import lock_file
from attendance.files.line_file import append_lines
from attendance.files.private_folder import make_private
from attendance.reports.daily.daily_csv import DailyCsv, head, lines_of
from attendance.reports.daily.daily_lines import lines_for, marks_there
from attendance.store.protocol import Store
from attendance.values import Mark

_log = logging.getLogger(__name__)
_LOCK = ".catching-up"  # so that of several processes one does it
_WHO, _WHEN = 0, 2  # the columns by which a line is known; the name may have changed since


def catch_up(store: Store, daily: DailyCsv, day: date, before: datetime) -> int:
    """Append the lines of marks that a list lacks; never raises.

    Args:
        store: the register's database.
        daily: the folder of lists.
        day: of the sessions.
        before: marks from here on are left to the processes that write them, which may be doing so now.

    Returns:
        How many lines were appended.
    """
    try:
        if not _missing(store, daily, day, before):
            return 0
        make_private(daily.folder)
        with lock_file(daily.folder / _LOCK):
            missing = _missing(store, daily, day, before)
            if missing:
                append_lines(daily.path(day), "".join(missing).encode(), head=head())
    except (OSError, AttendanceError) as error:
        daily.problem = f"{type(error).__name__}: {error}"
        _log.exception("The daily list of %s may lack lines that a crash lost; daily-csv adds them.", day)
        return 0
    return len(missing)


def _missing(store: Store, daily: DailyCsv, day: date, before: datetime) -> list[str]:
    settled = [mark for mark in marks_there(store, day) if _last_changed(mark) < before]
    lines = lines_for(store, daily, settled) if settled else []
    found = Counter(_keys(lines_of(daily.path(day))))
    missing = []
    for line, key in zip(lines, _keys(lines), strict=True):
        found[key] -= 1
        if found[key] < 0:
            missing.append(line)
    return missing


def _last_changed(mark: Mark) -> datetime:
    return mark.history[-1].at if mark.history else mark.at


def _keys(lines: Iterable[str]) -> list[tuple[str, ...]]:
    return [(row[_WHO], row[_WHEN]) if len(row) > _WHEN else tuple(row) for row in csv.reader(lines)]
