"""Rebuilds daily lists from the register, and reports differences from the existing ones."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from attendance.errors import AttendanceError
from attendance.files.line_file import exchanging
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from attendance.program import admin_command
from attendance.reports.daily.daily_csv import DailyCsv, head, lines_of
from attendance.reports.daily.daily_lines import lines_for, marks_there
from attendance.store.protocol import Store
from attendance.values import Session

_log = logging.getLogger(__name__)
MOST_ROUNDS = 10  # each round means that a student was marked while the file was written


@dataclass(frozen=True)
class Rebuilt:
    """What became of the list of a day.

    Attributes:
        path: the file.
        lines: how many it has now.
        missing: lines that the file lacked.
        surplus: lines of the file that are not (or no longer) in the register.
        kept_as: the copy of the earlier file, if it had surplus lines.
        written: whether the file was replaced; False if nothing differed, or in a dry run.
    """

    day: date
    path: Path
    lines: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    kept_as: Path | None
    written: bool


def rebuild(store: Store, daily: DailyCsv, day: date, *, dry_run: bool = False) -> Rebuilt:
    """Rebuild the list of a day from the register.

    Lines that only the file has are not lost: the old file is kept beside the new one, since it may have
    entries that a restored database lacks.

    Args:
        store: the register's database.
        daily: the folder of lists.
        day: which day's sessions.
        dry_run: only report what differs.

    Raises:
        OSError: the folder can't be written; what was there still is.
    """
    if dry_run:
        return _rebuilt(store, daily, day, dry_run=True)
    with exchanging(daily.path(day)):
        return _rebuilt(store, daily, day, dry_run=False)


def follow(store: Store, daily: DailyCsv, session: Session) -> None:
    """Rebuild the list of a session's day if the session was cancelled or restored; never raises.

    Args:
        store: the register's database.
        daily: the folder of lists.
        session: as it was written to the store.
    """
    if not session.history:
        return
    try:
        rebuild(store, daily, date.fromisoformat(session.day))
        daily.problem = None
    except (OSError, AttendanceError) as error:
        daily.problem = f"{type(error).__name__}: {error}"
        _log.exception(
            "The session %s was cancelled or restored, but the daily list in %s is as it was. Fix the disk, "
            "then run: %s",
            session.id,
            daily.folder,
            admin_command("daily-csv", "--day", session.day),
        )


def _rebuilt(store: Store, daily: DailyCsv, day: date, *, dry_run: bool) -> Rebuilt:
    path = daily.path(day)
    wanted = _wanted(store, daily, day)
    missing, surplus = _difference(wanted, list(lines_of(path)))
    needed = bool(missing or surplus) and (bool(wanted) or path.exists())
    kept_as = None
    if needed and not dry_run:
        if surplus:
            kept_as = _keep(path)
        wanted = _written(store, daily, day, wanted)
    return Rebuilt(
        day=day,
        path=path,
        lines=len(wanted),
        missing=tuple(missing),
        surplus=tuple(surplus),
        kept_as=kept_as,
        written=needed and not dry_run,
    )


def _written(store: Store, daily: DailyCsv, day: date, wanted: list[str]) -> list[str]:
    """Write the file; again if a line was appended to the old one meanwhile."""
    make_private(daily.folder)
    for _ in range(MOST_ROUNDS):
        write_whole(daily.path(day), head() + "".join(wanted).encode())
        now = _wanted(store, daily, day)
        if now == wanted:
            break
        wanted = now
    return wanted


def _wanted(store: Store, daily: DailyCsv, day: date) -> list[str]:
    return lines_for(store, daily, marks_there(store, day))


def _difference(wanted: Sequence[str], found: Sequence[str]) -> tuple[list[str], list[str]]:
    missing, surplus = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    return list(missing.elements()), list(surplus.elements())


def _keep(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = path.with_name(f"{path.stem}.before-{stamp}.csv")
    write_whole(kept, path.read_bytes())
    return kept
