"""Makes a backup every day while the server runs, in a thread of its own."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, Thread

from attendance.backup.making import make_backup
from attendance.backup.workspace import delete_abandoned
from attendance.clock import Clock, local_day
from attendance.errors import AttendanceError
from attendance.files.file_lock import lock_file
from attendance.files.private_folder import make_private
from attendance.settings.settings import Settings
from attendance.store.protocol import Store

NAME = "register-{day}.backup"
KEPT = 14  # backups
RETRY = timedelta(minutes=30)
_LOCK = ".making-backup"  # so that of several processes one makes it
_log = logging.getLogger(__name__)


class DailyBackups:
    """A backup a day in the folder of the settings, if there is one.

    Attributes:
        problem: why the last attempt failed; None if it didn't.

    Args:
        settings: the site's settings.
        store: the open register.
        clock: the source of the time.
    """

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.problem: str | None = None
        self._settings, self._store, self._clock = settings, store, clock
        self._beginning = Lock()
        self._thread: Thread | None = None
        self._next = clock.now()

    def tick(self) -> None:
        """Begin today's backup in the background if it is due; cheap, and meant for a timer."""
        folder, now = self._settings.backup, self._clock.now()
        if folder is None or now < self._next <= now + RETRY:  # later than that: the clock was set back
            return
        with self._beginning:
            if self._thread is not None and self._thread.is_alive():
                return
            self._next = now + RETRY
            self._thread = Thread(target=self._run, args=(folder,), name="backup", daemon=True)
            self._thread.start()

    @property
    def problems(self) -> dict[str, str]:
        """What ``backup`` failed with, if it did; see ``Reporting.problems``."""
        return {} if self.problem is None else {"backup": self.problem}

    def close(self) -> None:
        """Wait for a backup that is being made."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, folder: Path) -> None:
        try:
            self._make(folder)
        except (AttendanceError, OSError) as error:
            self.problem = str(error)
            _log.exception("Today's backup can't be made in %s. The next attempt is in half an hour.", folder)
        else:
            self.problem = None

    def _make(self, folder: Path) -> None:
        now = self._clock.now()
        path = folder / NAME.format(day=local_day(now, self._settings.time_zone))
        make_private(folder)
        with lock_file(folder / _LOCK):
            for draft in folder.glob(f".{NAME.format(day='*')}*"):  # of a process that was killed
                draft.unlink(missing_ok=True)
            delete_abandoned(self._settings.data)
            if not _is_made(path, now):
                make_backup(self._settings, self._store, now, path, KEPT)
                os.utime(path, (now.timestamp(), now.timestamp()))


def _is_made(path: Path, now: datetime) -> bool:
    """Whether today's backup is there; one from later was made while the clock was wrong."""
    return path.exists() and datetime.fromtimestamp(path.stat().st_mtime, UTC) <= now
