"""The job queue: jobs are read one after the other, each by one process, across restarts."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from threading import Event

from attendance.classroom.confirming import Confirming, key_of
from attendance.classroom.faces.job_reader import JobReader
from attendance.classroom.jobs.claims import JobClaim, claim
from attendance.classroom.jobs.forgetting import forget_faces, forget_others, known_only
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.job_records import DamagedRecordError, JobProgress, JobReading, Order, to_json
from attendance.classroom.jobs.limits import MOST_CRASHES
from attendance.classroom.jobs.states import ClassroomProblem, JobStep
from attendance.classroom.low_priority import lower_priority
from attendance.errors import SessionNotFoundError, StoreUnavailableError
from attendance.presence.room_pictures import RoomPictures
from attendance.store.protocol import Store
from face_detection.errors import BusyError

TELL_EVERY = 0.5  # seconds; a page asks about once a second, and each time is a write to the register
_log = logging.getLogger(__name__)


class _Ended(Exception):  # noqa: N818 - a signal, not an error
    """Reading ends: the register closes, the job was discarded, or another process reads it."""


class JobQueue:
    """Reads queued jobs.

    Args:
        folders: the jobs.
        store: the register's database.
        reader: reads one job.
        confirming: carries out decisions.
        rooms: notes whom the pictures show.
    """

    def __init__(
        self,
        folders: JobFolders,
        store: Store,
        reader: JobReader,
        *,
        confirming: Confirming,
        rooms: RoomPictures,
    ) -> None:
        self._folders = folders
        self._store = store
        self._reader = reader
        self._confirming = confirming
        self._rooms = rooms

    def work_off(self, stop: Event) -> bool:
        """Read every job that no other process reads; returns whether some have to be retried."""
        tried: set[str] = set()
        is_left = False
        while not stop.is_set():
            waiting = [each for each in self._folders.unfinished() if each.id not in tried]
            claimed = next(((each, got) for each in waiting if (got := claim(self._store, each))), None)
            if claimed is None:
                # Jobs of other processes are checked again, as those processes may end.
                return is_left or bool(waiting)
            job, (own, crashes) = claimed
            with own:
                if not self._read(job.id, own, crashes, stop):
                    tried.add(job.id)
                    is_left = True
        return False

    def finish_decided(self) -> None:
        """Carry out decisions that a crash or an unavailable database interrupted.

        Raises:
            StoreUnavailableError: the database is unavailable; the next call tries again.
        """
        for job_id in self._folders.ids():
            folder, order = self._folders.folder(job_id), self._folders.order(job_id)
            if folder is None or order is None or not folder.is_decided:
                continue
            try:
                decision = folder.decision()
                if decision is not None and decision.confirmed and folder.marks() is None:
                    self._confirming.carry_out(folder, order, decision)
            except (DamagedRecordError, SessionNotFoundError) as error:
                _log.error("The decision on %s can't be carried out: %s", folder.path, error)
            folder.forget_pictures()

    def _read(self, job_id: str, own: JobClaim, crashes: int, stop: Event) -> bool:
        """Read a claimed job; returns False if it has to be retried."""
        folder, order = self._folders.folder(job_id), self._folders.order(job_id)
        if folder is None or order is None:
            return True
        try:
            seen = self._seen(folder, order, own, crashes, stop)
            if own.keep():
                seen = known_only(seen, self._agrees)  # others objected while it was read
                if seen.pictures:
                    self._rooms.note(order.session_id, key_of(order), seen.seen)
                folder.write_seen(seen)
            forget_faces(folder, self._agrees)  # who objected while it was written
            forget_others(folder, lambda student_id: self._store.student(student_id) is not None)
        except _Ended:
            own.give_back()
        except (StoreUnavailableError, BusyError, OSError) as error:
            own.give_back()
            _log.warning("Reading the classroom photo %s is retried: %s", folder.id, error)
            return False
        if folder.is_decided:  # discarded meanwhile
            self._rooms.forget(order.session_id, key_of(order))
            folder.forget_pictures()
        return True

    def _agrees(self, student_id: str) -> bool:
        """Whether a student's face may still be used."""
        student = self._store.student(student_id)
        return student is not None and student.consent is not None

    def _seen(self, folder: JobFolder, order: Order, own: JobClaim, crashes: int, stop: Event) -> JobReading:
        """What was read, or why nothing can be."""
        if crashes >= MOST_CRASHES:
            return JobReading(problem=ClassroomProblem.GAVE_UP, upload_problems=order.upload_problems)
        told = _Teller(folder, own, stop)
        told(JobProgress(0.0, JobStep.LOADING, 0, 0))
        try:
            failed = self._reader.load()
            lower_priority()  # only now: the networks' own threads serve phones too
            if failed is not None:
                return replace(failed, upload_problems=order.upload_problems)
            return self._reader.read(folder, order, told)
        except (_Ended, StoreUnavailableError, BusyError, OSError):
            raise
        except Exception:  # noqa: BLE001 - one unreadable job must not block the others
            _log.exception("The classroom photo %s can't be read.", folder.id)
            return JobReading(problem=ClassroomProblem.BROKEN, upload_problems=order.upload_problems)


class _Teller:
    """Records the progress of a job, and ends it on request."""

    def __init__(self, folder: JobFolder, own: JobClaim, stop: Event) -> None:
        self._folder = folder
        self._own = own
        self._stop = stop
        self._told_at = 0.0

    def __call__(self, progress: JobProgress) -> None:
        """Record the progress.

        Raises:
            _Ended: reading is to end.
        """
        if self._stop.is_set():
            raise _Ended
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY:
            self._told_at = now
            if not self._own.keep(to_json(progress).decode()) or not self._folder.path.is_dir():
                raise _Ended
