"""The reports folder: when a session closes, its report and the course's so far are written there."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from threading import Lock, Thread

from attendance.clock import Clock, local_day
from attendance.errors import AttendanceError
from attendance.reports.csv_files import report_csv
from attendance.reports.file_names import file_name, marked
from attendance.reports.making import Reports
from attendance.reports.values import SessionReport, SessionState
from attendance.reports.whole_file import write_whole
from attendance.reports.workbook import report_workbook
from attendance.session_phases import was_called_off
from attendance.store.protocol import Store
from attendance.values import Session

LOOKED_BACK = timedelta(days=2)  # for sessions whose files a crash has kept from being written
STOP_SECONDS = 30.0  # for the files that are being written when the program ends
_log = logging.getLogger(__name__)


class ReportFolder:
    """Writes the reports of sessions that close, in a thread of its own.

    What can't be written stays due, and is tried again at the next tick.

    Args:
        folder: where to; made with the first report.
        store: the register's database.
        clock: tells the time.
        reports: makes the reports; must not settle, since it works while sessions are being settled.
    """

    def __init__(self, folder: Path, store: Store, clock: Clock, reports: Reports) -> None:
        self.folder = folder
        self._store = store
        self._clock = clock
        self._reports = reports
        self._lock = Lock()
        self._due: dict[str, None] = {}  # ids of sessions, the one that closed first in front
        self._worker: Thread | None = None
        self.problem: str | None = None
        """What kept the last report from being written; None where it was written."""

    def note(self, session: Session) -> None:
        """Take notice of a session as it was written to the store; never raises, and does not wait."""
        if session.closed_at is not None and not was_called_off(session):
            self._add([session.id])

    def look_back(self) -> None:
        """Find sessions of the last days that have closed without a report; meant for the start.

        Raises:
            StoreUnavailableError: the database is away.
        """
        today = local_day(self._clock.now(), self._reports.zone)
        recent = self._store.sessions_between((today - LOOKED_BACK).isoformat(), today.isoformat())
        self._add([session.id for session in recent if self._lacks_report(session)])

    def tick(self) -> None:
        """Try again what could not be written; cheap where there is nothing."""
        self._add([])

    def wait(self, seconds: float = STOP_SECONDS) -> bool:
        """Wait until the thread has done what it can; whether nothing is due any more."""
        with self._lock:
            worker = self._worker
        if worker is not None:
            worker.join(seconds)
        with self._lock:
            return not self._due

    def write(self, session_id: str) -> None:
        """Write the files of a session now; those from before are replaced.

        Raises:
            OSError: the folder can't be written.
            AttendanceError: the register can't be read, or the session is gone.
        """
        report = self._reports.of_session(session_id)
        if report.state is not SessionState.HELD:
            return  # opened again meanwhile: it will close once more
        for extension, data in (("csv", report_csv(report)), ("xlsx", report_workbook(report))):
            write_whole(self._path(report, extension), data)
        course = self._reports.of_course(report.course.id)
        name = marked(file_name(course, "xlsx"), course.course.id)
        write_whole(self.folder / name, report_workbook(course))

    def _path(self, report: SessionReport, extension: str) -> Path:
        return self.folder / marked(file_name(report, extension), report.session.id)

    def _lacks_report(self, session: Session) -> bool:
        if session.closed_at is None or was_called_off(session):
            return False
        path = self._path(self._reports.of_session(session.id), "xlsx")
        try:
            return path.stat().st_mtime < session.closed_at.timestamp()
        except OSError:
            return True

    def _add(self, session_ids: list[str]) -> None:
        with self._lock:
            self._due |= dict.fromkeys(session_ids)
            if self._due and (self._worker is None or not self._worker.is_alive()):
                self._worker = Thread(target=self._work, name="reports", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        """Write what is due, each once; what fails stays due."""
        tried: set[str] = set()
        while True:
            with self._lock:
                session_id = next((each for each in self._due if each not in tried), None)
                if session_id is None:
                    self._worker = None
                    return
                del self._due[session_id]  # a closing from now on makes it due anew
            if not self._wrote(session_id):
                tried.add(session_id)
                with self._lock:
                    self._due.setdefault(session_id)

    def _wrote(self, session_id: str) -> bool:
        try:
            self.write(session_id)
        except (OSError, AttendanceError) as error:
            self.problem = f"{type(error).__name__}: {error}"
            _log.exception(
                "The report of %s can't be written to %s; it is tried again.", session_id, self.folder
            )
            return False
        self.problem = None
        return True
