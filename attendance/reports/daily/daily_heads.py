"""Heads of the audit trail in a file beside the daily lists: whoever copies the lists copies them, too."""

from __future__ import annotations

import csv
import logging
from datetime import datetime, tzinfo
from pathlib import Path

from attendance.files.csv_writer import Audience, csv_text
from attendance.files.line_file import append_lines

FILE_NAME = "audit_heads.csv"
_COLUMNS = ("Timestamp", "Head")
_log = logging.getLogger(__name__)


class DailyHeads:
    """The file of heads.

    Args:
        folder: that of the daily lists.
        zone: the site's time zone; None means the computer's own.
    """

    def __init__(self, folder: Path, *, zone: tzinfo | None) -> None:
        self.path = folder / FILE_NAME
        self._zone = zone

    def note(self, head: str, at: datetime) -> None:
        """Append a head; never raises.

        Args:
            head: as it is printed.
            at: when it was the head.
        """
        line = csv_text(
            [[at.astimezone(self._zone).isoformat(timespec="seconds"), head]], audience=Audience.PEOPLE
        )
        first = csv_text([_COLUMNS], audience=Audience.PEOPLE)
        try:
            append_lines(self.path, line.encode(), head=first.encode())
        except OSError:
            _log.exception("The head of the audit trail can't be written to %s. Fix the disk.", self.path)

    def read(self) -> list[str]:
        """The heads in the file, oldest first; what can't be read is left out."""
        try:
            rows = list(csv.reader(self.path.read_text("utf-8", "replace").splitlines()))
        except OSError:
            return []
        return [row[1] for row in rows[1:] if len(row) == len(_COLUMNS)]
