"""Printed heads of the audit trail, which show that a register is older than it was."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from attendance.audit.chain.encoding import read_head
from attendance.backup.making import chain_of
from attendance.reports.automatic_reports import DAILY_FOLDER
from attendance.reports.daily.daily_heads import DailyHeads
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings

Head = tuple[int, str]
"""The number of an entry, and the first 16 hex digits of its digest."""


def read_heads(settings: Settings) -> list[Head]:
    """The heads in the file beside the daily lists, oldest first; lines that are none are left out."""
    found = []
    for text in () if settings.daily_csv is OFF else _file(settings).read():
        with suppress(ValueError):
            found.append(read_head(text))
    return found


def heads_of(settings: Settings) -> dict[int, str]:
    """The same by number; of two with one number the later."""
    return dict(read_heads(settings))


def heads_file(settings: Settings) -> Path:
    """The file beside the daily lists."""
    return _file(settings).path


def first_missing(content: Path, kind: str, heads: dict[int, str]) -> int | None:
    """The first printed entry that an opened backup lacks, or has otherwise; None if it has all."""
    check = chain_of(content, kind, heads)
    return None if check.bad is None else check.bad.number


def set_heads_aside(settings: Settings, now: datetime) -> None:
    """Rename the file of heads, because the register in use from now on is older than they are.

    Raises:
        OSError: it can't be renamed.
    """
    path = _file(settings).path
    path.rename(path.with_name(f"{path.stem}-before-{now:%Y-%m-%dT%H%M%SZ}{path.suffix}"))


def _file(settings: Settings) -> DailyHeads:
    folder = settings.daily_csv if isinstance(settings.daily_csv, Path) else settings.data / DAILY_FOLDER
    return DailyHeads(folder, zone=settings.time_zone)
