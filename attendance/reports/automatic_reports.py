"""Files that are written automatically: the daily lists, and reports of closed sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from attendance.audit.chain.encoding import head_text
from attendance.clock import Clock, local_day
from attendance.daily_turn import DAY
from attendance.files.whole_file import delete_drafts
from attendance.reports.content.report_builder import Reports
from attendance.reports.daily.daily_catch_up import catch_up
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.reports.daily.daily_erasure import erase_from
from attendance.reports.daily.daily_rebuild import follow
from attendance.reports.daily.mark_queue import MarkQueue
from attendance.reports.export.report_folder import ReportFolder
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.layers.consented_store import ConsentedStore
from attendance.store.layers.remembered_store import RememberedStore
from attendance.store.layers.watched_store import WatchedStore
from attendance.store.protocol import Store
from attendance.values import Mark, Session, Student

DAILY_FOLDER = "Attendance"  # inside the data folder
CATCHES_UP_AFTER = 60.0  # seconds after the start; by then other processes have written earlier lines


class _Start(NamedTuple):
    """When the program started, by the clock and in seconds that pass."""

    at: datetime
    running: float


def daily_list(settings: Settings, store: Store) -> DailyCsv | None:
    """The daily lists of a site; None where they are off."""
    if settings.daily_csv is OFF:
        return None
    return DailyCsv(settings.daily_csv or settings.data / DAILY_FOLDER, store, zone=settings.time_zone)


class Reporting:
    """Files that follow the register automatically, each only if the settings enable it.

    Attributes:
        folder: the reports folder; None where there is none.

    Args:
        settings: the site's settings.
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        zone, limit = settings.time_zone, settings.limit
        self._clock, self._zone = clock, zone
        self._is_only_machine = not settings.mongodb_uri  # others have lines of their own
        self._started: _Start | None = None
        self._daily = daily_list(settings, store)
        self._marks = MarkQueue(self._write_marks)
        self.folder: ReportFolder | None = None
        if settings.reports is not None:
            reports = Reports(store, clock, zone=zone, limit=limit, settle=lambda: None)
            self.folder = ReportFolder(settings.reports, store, clock, reports)
        watched = WatchedStore(
            store, on_marks=self._on_marks, on_session=self._on_session, on_erased=self.forget
        )
        remembered = cast("Store", RememberedStore(cast("Store", watched)))  # what they lack they pass on
        self.store = cast("Store", ConsentedStore(remembered, clock, zone))
        """The same database, watched: what is written through it gets into the files.

        It remembers students and courses, which nearly every page needs, and finds no face whose consent has
        ended.
        """

    @property
    def daily(self) -> DailyCsv | None:
        """The daily lists, with all marks that were written so far; None where they are off."""
        self.wait()
        return self._daily

    @property
    def problems(self) -> dict[str, str]:
        """What can't be written at the moment, by ``daily_csv`` and ``reports``."""
        parts = {"daily_csv": self._daily, "reports": self.folder}
        return {name: part.problem for name, part in parts.items() if part and part.problem}

    def start(self) -> None:
        """Write what a crash has interrupted: reports now, lines of the daily lists at a later tick.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        self._started = _Start(self._clock.now(), self._clock.running())
        for part in (self._daily, self.folder):
            if part is not None:
                delete_drafts(part.folder)
        if self.folder is not None:
            self.folder.look_back()

    def tick(self) -> None:
        """Retry what could not be written; cheap if there is nothing."""
        self._catch_up()
        if self.folder is not None:
            self.folder.tick()

    def _catch_up(self) -> None:
        """Once, some time after the start, append lines that the process before this one left out."""
        start, daily = self._started, self._daily
        if start is None or self._clock.running() - start.running < CATCHES_UP_AFTER:
            return
        self._started = None
        if daily is not None and self._is_only_machine:
            for day in (local_day(start.at - DAY, self._zone), local_day(start.at, self._zone)):
                catch_up(self.store, daily, day, start.at)

    def wait(self) -> None:
        """Wait until all marks that were written so far are in the daily lists."""
        self._marks.wait()

    def close(self) -> None:
        """Wait for files that are being written."""
        self._marks.close()
        if self.folder is not None:
            self.folder.wait()

    def _on_marks(self, marks: Sequence[Mark]) -> None:
        if self._daily is not None:
            self._marks.note(marks)

    def _write_marks(self, marks: Sequence[Mark]) -> None:
        assert self._daily is not None
        self._daily.note(marks)
        session = self.store.session(marks[0].session_id)
        if session is not None and session.is_cancelled:  # while the line was written
            follow(self.store, self._daily, session)

    def _on_session(self, session: Session) -> None:
        daily = self.daily
        if daily is not None:
            follow(self.store, daily, session)
            if session.closed_at is not None and (head := self.store.audit_head()) is not None:
                daily.heads.note(head_text(head), head.at)
        if self.folder is not None:
            self.folder.note(session)

    def forget(self, student: Student) -> None:
        """Take a student who was erased out of this machine's files; never raises.

        Args:
            student: as they were; the name and the roll number are those that count.
        """
        daily = self.daily
        if daily is not None:
            erase_from(daily, student, self.store.students())
        if self.folder is not None:
            self.folder.forget(student)
