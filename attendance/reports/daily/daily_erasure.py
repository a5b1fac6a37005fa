"""Removes an erased student from the daily lists, including those set aside."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from attendance.files.formula_guard import without_guard
from attendance.files.line_file import exchanging
from attendance.files.whole_file import write_whole
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.values import Student

_log = logging.getLogger(__name__)


def erase_from(daily: DailyCsv, erased: Student, others: Iterable[Student]) -> None:
    """Remove the lines of an erased student from all lists; never raises.

    A line is theirs by roll number or by name, so that those from before a change of either go too, unless
    the other one shows that it is another student's.

    Args:
        daily: the folder of lists.
        erased: as they were.
        others: who is in the register.
    """
    others = list(others)
    rolls = {student.roll_number for student in others}
    names = {student.name for student in others}

    def is_theirs(line: bytes) -> bool:
        roll, name = _roll_and_name(line)
        if roll == erased.roll_number:
            return name == erased.name or name not in names
        return name == erased.name and roll not in rolls

    try:
        for path in daily.files():
            _without(path, is_theirs)
    except OSError as error:
        daily.problem = f"{type(error).__name__}: {error}"
        _log.exception(
            "%s was erased from the register, but not from the daily lists in %s. Fix the disk "
            "and remove the lines by hand.",
            erased.roll_number,
            daily.folder,
        )


def _without(path: Path, is_theirs: Callable[[bytes], bool]) -> None:
    with exchanging(path):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not is_theirs(line)]
        if len(kept) < len(lines):
            write_whole(path, b"".join(kept))


def _roll_and_name(line: bytes) -> tuple[str, str]:
    try:
        cells = next(csv.reader([line.decode("utf-8", "replace").rstrip("\r\n")]), [])
    except csv.Error:  # no line of ours
        return "", ""
    roll, name = [*cells, "", ""][:2]
    return without_guard(roll), without_guard(name)
