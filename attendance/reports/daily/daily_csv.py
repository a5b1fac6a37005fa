"""The daily lists of who came: plain files that survive the database, appended to line by line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path

from attendance.errors import AttendanceError
from attendance.files.csv_writer import Audience, csv_text
from attendance.files.line_file import LINE_END, append_lines, holds
from attendance.files.writable_text import writable
from attendance.program import admin_command
from attendance.reports.content.arrivals import counts
from attendance.reports.daily.daily_heads import DailyHeads
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, Student

COLUMNS = ("EnrollmentID", "Name", "Timestamp")
_NAME = re.compile(r"attendance_(\d{4}-\d{2}-\d{2})\.csv", re.ASCII)
_ANY_NAME = re.compile(r"attendance_\d{4}-\d{2}-\d{2}(\.before-\w+)?\.csv", re.ASCII)
_log = logging.getLogger(__name__)


class DailyCsv:
    """The folder of daily lists.

    Attributes:
        heads: of the audit trail, in a file beside the lists.

    Args:
        folder: where they are; made with the first of them.
        store: knows sessions and students.
        zone: the site's time zone; None means the computer's own.
    """

    def __init__(self, folder: Path, store: Store, *, zone: tzinfo | None) -> None:
        self.folder = folder
        self.heads = DailyHeads(folder, zone=zone)
        self._store = store
        self._zone = zone
        self._known: dict[Path, int | None] = {}  # the number of the file that a line was last appended to
        self.problem: str | None = None
        """Why the last line could not be written; None if it was."""

    def path(self, day: date) -> Path:
        """The file of the sessions of a local day."""
        return self.folder / f"attendance_{day.isoformat()}.csv"

    def days(self) -> list[date]:
        """The days that have a file."""
        if not self.folder.is_dir():
            return []
        found = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted(date.fromisoformat(each[1]) for each in found if each)

    def files(self) -> list[Path]:
        """All lists, including those that rebuilding set aside."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if _ANY_NAME.fullmatch(path.name))

    def note(self, marks: Sequence[Mark]) -> None:
        """Append a line for each mark that has just come to count as there; never raises.

        A correction of a mark that counted already, such as late for present, appends nothing, and neither
        does a mark of a cancelled session.

        Args:
            marks: of one session, as they were written to the store.
        """
        fresh = [mark for mark in marks if mark.counts_as_there and not _counted(mark.history[:-1][-1:])]
        if not fresh:
            return
        try:
            self._append(fresh)
            self.problem = None
        except (OSError, AttendanceError) as error:
            self.problem = f"{type(error).__name__}: {error}"
            _log.exception(
                "Marks of session %s are in the register, but not in the daily list in %s. Fix the "
                "disk, then run: %s",
                fresh[0].session_id,
                self.folder,
                admin_command("daily-csv", "--day", "DAY"),
            )

    def line(self, student: Student, at: datetime) -> str:
        """The line of a student who came just now."""
        return csv_line(student.roll_number, student.name, self._local(at))

    def _append(self, marks: Sequence[Mark]) -> None:
        session = self._store.session(marks[0].session_id)
        if session is None:
            raise AttendanceError(f"There is no session {marks[0].session_id!r}.")
        if session.is_cancelled:
            return
        path = self.path(date.fromisoformat(session.day))
        # Once, although it may have counted, not counted and counted again meanwhile.
        lines = list(dict.fromkeys(line for mark in marks if (line := self._line_of(mark, path))))
        there = _number_of(path)
        if there != self._known.get(path):
            # It was rebuilt, or this process is new to it: it has what was marked until then.
            lines = [line for line in lines if not holds(path, line)]
        if lines:
            append_lines(path, b"".join(lines), head=head())
        self._known[path] = there or _number_of(path)

    def _line_of(self, mark: Mark, path: Path) -> bytes:
        student = self._store.student(mark.student_id)
        if student is None:  # erased at this moment
            return b""
        line = self.line(student, mark.at).encode()
        if _counted(mark.history[:-1]) and holds(path, line):
            return b""  # it counted before, did not for a while, and has its line from then
        return line

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat(timespec="seconds")


def _number_of(path: Path) -> int | None:
    """The file system's number of a file, which changes with each file that takes its place."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def csv_line(*cells: str) -> str:
    """Cells as one line of CSV without any formula."""
    return csv_text([[" ".join(writable(cell).splitlines()) for cell in cells]], audience=Audience.PEOPLE)


def head() -> bytes:
    """The first line of each list, with its end."""
    return csv_line(*COLUMNS).encode()


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file after its head, each with its end; empty without a file."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return
    first = head().decode().rstrip(LINE_END)
    for line in text.split("\n"):
        plain = line.rstrip("\r")
        if plain and plain != first:
            yield plain + LINE_END


def _counted(events: tuple[MarkEvent, ...]) -> bool:
    """Whether the mark counted as there at any of these moments of its history."""
    return any(counts(event) for event in events)
