"""Files that are written automatically: the daily lists, and reports of closed sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from attendance.clock import Clock
from attendance.reports.content.report_builder import Reports
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.reports.daily.daily_erasure import erase_from
from attendance.reports.daily.daily_rebuild import follow
from attendance.reports.export.report_folder import ReportFolder
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.store.remembered_store import RememberedStore
from attendance.store.watched_store import WatchedStore
from attendance.values import Mark, Session, Student

DAILY_FOLDER = "Attendance"  # inside the data folder


def daily_list(settings: Settings, store: Store) -> DailyCsv | None:
    """The daily lists of a site; None where they are off."""
    if settings.daily_csv is OFF:
        return None
    return DailyCsv(settings.daily_csv or settings.data / DAILY_FOLDER, store, zone=settings.time_zone)


class Reporting:
    """Files that follow the register automatically, each only if the settings enable it.

    Attributes:
        daily: the daily lists; None where they are off.
        folder: the reports folder; None where there is none.

    Args:
        settings: the site's settings.
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        zone, limit = settings.time_zone, settings.limit
        self.daily = daily_list(settings, store)
        self.folder: ReportFolder | None = None
        if settings.reports is not None:
            reports = Reports(store, clock, zone=zone, limit=limit, settle=lambda: None)
            self.folder = ReportFolder(settings.reports, store, clock, reports)
        watched = WatchedStore(
            store, on_marks=self._on_marks, on_session=self._on_session, on_erased=self.forget
        )
        self.store = cast("Store", RememberedStore(cast("Store", watched)))  # what they lack they pass on
        """The same database, watched: what is written through it gets into the files.

        It remembers students and courses, which nearly every page needs.
        """

    @property
    def problems(self) -> dict[str, str]:
        """What can't be written at the moment, by ``daily_csv`` and ``reports``."""
        parts = {"daily_csv": self.daily, "reports": self.folder}
        return {name: part.problem for name, part in parts.items() if part and part.problem}

    def start(self) -> None:
        """Write reports that a crash has interrupted.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        if self.folder is not None:
            self.folder.look_back()

    def tick(self) -> None:
        """Retry what could not be written; cheap if there is nothing."""
        if self.folder is not None:
            self.folder.tick()

    def close(self) -> None:
        """Wait for files that are being written."""
        if self.folder is not None:
            self.folder.wait()

    def _on_marks(self, marks: Sequence[Mark]) -> None:
        if self.daily is not None:
            self.daily.note(marks)
            session = self.store.session(marks[0].session_id)
            if session is not None and session.is_cancelled:  # while the line was written
                follow(self.store, self.daily, session)

    def _on_session(self, session: Session) -> None:
        if self.daily is not None:
            follow(self.store, self.daily, session)
        if self.folder is not None:
            self.folder.note(session)

    def forget(self, student: Student) -> None:
        """Take a student who was erased out of this machine's files; never raises.

        Args:
            student: as they were; the name and the roll number are those that count.
        """
        if self.daily is not None:
            erase_from(self.daily, student, self.store.students())
        if self.folder is not None:
            self.folder.forget(student)
