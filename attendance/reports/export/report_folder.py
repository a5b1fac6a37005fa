"""The reports folder: when a session closes, its report and the course's so far are written there.

When a session is cancelled, its report is deleted, and the course's is written again. When a student is
erased, files that name them are written again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Lock, Thread

from attendance.clock import Clock, local_day
from attendance.errors import AttendanceError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import SHARED, write_whole
from attendance.reports.content.report_builder import Reports
from attendance.reports.content.values import SessionReport, SessionState
from attendance.reports.excel.workbook import report_workbook
from attendance.reports.export.csv_files import report_csv
from attendance.reports.export.file_names import file_name, mark_in, mark_of, marked
from attendance.reports.export.folder_erasure import files_naming, names
from attendance.store.protocol import Store
from attendance.values import Session, Student

LOOKED_BACK = timedelta(days=2)  # for sessions whose files a crash has interrupted
STOP_SECONDS = 30.0  # for the files that are being written when the program ends
_log = logging.getLogger(__name__)


class ReportFolder:
    """Writes the reports of sessions that close, in a thread of its own.

    What can't be written stays due, and is tried again at the next tick.

    Args:
        folder: where to; made with the first report.
        store: the register's database.
        clock: the source of the time.
        reports: makes the reports; must not settle, since it works while sessions are being settled.
    """

    def __init__(self, folder: Path, store: Store, clock: Clock, reports: Reports) -> None:
        self.folder = folder
        self._store = store
        self._clock = clock
        self._reports = reports
        self._lock = Lock()
        self._due: dict[str | Student, None] = {}  # ids of sessions that closed, and who was erased; in order
        self._worker: Thread | None = None
        self.problem: str | None = None
        """Why the last report could not be written; None if it was."""

    def note(self, session: Session) -> None:
        """Take notice of a session as it was written to the store; never raises, and does not wait."""
        if session.closed_at is not None or session.is_cancelled:
            self._add([session.id])

    def forget(self, student: Student) -> None:
        """Rewrite, in the background, files that name an erased student; never raises."""
        self._add([student])

    def look_back(self) -> None:
        """Find sessions of the last days that lack a report, or have one and are cancelled; for the start.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        today = local_day(self._clock.now(), self._reports.zone)
        recent = self._store.sessions_between((today - LOOKED_BACK).isoformat(), today.isoformat())
        self._add([session.id for session in recent if self._is_behind(session)])

    def tick(self) -> None:
        """Try again what could not be written; cheap where there is nothing."""
        self._add([])

    def wait(self, seconds: float = STOP_SECONDS) -> bool:
        """Wait until the thread has done what it can; returns whether nothing is left."""
        with self._lock:
            worker = self._worker
        if worker is not None:
            worker.join(seconds)
        with self._lock:
            return not self._due

    def write(self, session_id: str) -> None:
        """Write the files of a session and its course now; those from before are replaced.

        Those of a cancelled session are deleted.

        Raises:
            OSError: the folder can't be written.
            AttendanceError: the register can't be read, or the session no longer exists.
        """
        course_id = self._write_session(session_id)
        if course_id is not None:
            self._write_course(course_id)

    def _write_session(self, session_id: str) -> str | None:
        """Write the files of a session; its course's id, or None where that has nothing new."""
        report = self._reports.of_session(session_id)
        if report.state is SessionState.CANCELLED:
            return self._without_files(report)
        if report.state is not SessionState.HELD:
            return None  # it will close once more
        make_private(self.folder)
        for extension, data in (("csv", report_csv(report)), ("xlsx", report_workbook(report))):
            write_whole(self._path(report, extension), data, mode=SHARED)
        return report.course.id

    def _without_files(self, report: SessionReport) -> str | None:
        """Delete the files of a cancelled session; its course's id, or None where there were none."""
        files = self._files_of(report.session)
        for path in files:
            path.unlink(missing_ok=True)
        return report.course.id if files else None

    def _files_of(self, session: Session) -> list[Path]:
        """The files of a session, those under a former name of its course too."""
        if not self.folder.is_dir():
            return []
        ours = (path for path in self.folder.iterdir() if path.suffix in (".csv", ".xlsx"))
        return [
            path for path in ours if session.day in path.name and mark_in(path.name) == mark_of(session.id)
        ]

    def _write_course(self, course_id: str) -> None:
        course = self._reports.of_course(course_id)
        name = marked(file_name(course, "xlsx"), course.course.id)
        write_whole(self.folder / name, report_workbook(course), mode=SHARED)

    def _rewrite_without(self, student: Student) -> None:
        """Rewrite files that name a student, and delete files of no current report.

        Raises:
            OSError: the folder can't be read or written.
            AttendanceError: the register can't be read.
        """
        files = files_naming(self.folder, student)
        if not files:
            return
        courses = self._store.courses()
        sessions = [session.id for course in courses for session in self._store.sessions_of(course.id)]
        marks = {mark_in(path.name) for path in files}
        for session_id in (each for each in sessions if mark_of(each) in marks):
            self._write_session(session_id)
        for course in (each for each in courses if mark_of(each.id) in marks):
            self._write_course(course.id)
        ours = {mark_of(each) for each in (*sessions, *(course.id for course in courses))}
        left = [path for path in files if path.exists() and names(path, student)]
        for path in left:
            if mark_in(path.name) in ours:  # under a former name of the course, or of a session that is open
                path.unlink(missing_ok=True)
        strange = ", ".join(path.name for path in left if path.exists())
        if strange:
            _log.warning(
                "Files in %s that this program did not write may name a student who was erased: %s",
                self.folder,
                strange,
            )

    def _path(self, report: SessionReport, extension: str) -> Path:
        return self.folder / marked(file_name(report, extension), report.session.id)

    def _is_behind(self, session: Session) -> bool:
        """Whether the files of a session are not as they should be."""
        if session.is_cancelled:
            return bool(self._files_of(session))
        if session.closed_at is None:
            return False
        path = self._path(self._reports.of_session(session.id), "xlsx")
        try:
            return path.stat().st_mtime < session.closed_at.timestamp()
        except OSError:
            return True

    def _add(self, tasks: Sequence[str | Student]) -> None:
        with self._lock:
            self._due |= dict.fromkeys(tasks)
            if self._due and (self._worker is None or not self._worker.is_alive()):
                self._worker = Thread(target=self._work, name="reports", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        """Write what is due, each once; what fails stays due."""
        tried: set[str | Student] = set()
        while True:
            with self._lock:
                task = next((each for each in self._due if each not in tried), None)
                if task is None:
                    self._worker = None
                    return
                del self._due[task]  # a closing from now on makes it due again
            if not self._done(task):
                tried.add(task)
                with self._lock:
                    self._due.setdefault(task)

    def _done(self, task: str | Student) -> bool:
        try:
            if isinstance(task, Student):
                self._rewrite_without(task)
            else:
                self.write(task)
        except (OSError, AttendanceError) as error:
            self.problem = f"{type(error).__name__}: {error}"
            about = task if isinstance(task, str) else f"the courses of {task.roll_number}, who was erased,"
            _log.exception("The report of %s can't be written to %s; it is retried.", about, self.folder)
            return False
        self.problem = None
        return True
