"""All jobs: creating, finding, and removing erased students from them."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attendance.classroom.jobs.forgetting import Known, forget_faces, forget_others
from attendance.classroom.jobs.job_contents import order_of
from attendance.classroom.jobs.job_folder import GONE, JOB_ID, JobFolder
from attendance.classroom.jobs.job_records import DamagedRecordError, JobReading, Order, to_json
from attendance.classroom.jobs.limits import DRAFT_LIFETIME, JOB_LIFETIME, UNSENT_LIFETIME
from attendance.classroom.jobs.older_jobs import ORDER, adopt_older
from attendance.errors import StoreUnavailableError
from attendance.files.file_seal import FileSeal, PlainFiles
from attendance.files.private_folder import make_private
from attendance.store.protocols.jobs import JobStore, PhotoJob

_DRAFT = ".new-"
_INBOX = ".inbox"
_log = logging.getLogger(__name__)


class JobFolders:
    """The jobs of a register, and the folder of their pictures; safe for threads, processes and machines.

    Args:
        folder: ``Dataset/Images/classroom``, which all machines share; made at the first upload.
        store: the register's database.
        seal: seals the pictures.
    """

    def __init__(self, folder: Path, store: JobStore, seal: FileSeal | None = None) -> None:
        self._folder = folder
        self._seal = seal or PlainFiles()
        self._store = store
        self._logged: set[str] = set()

    @property
    def inbox(self) -> Path:
        """A folder for uploads in progress, on the same disk."""
        inbox = self._folder / _INBOX
        make_private(inbox)
        return inbox

    def folder(self, job_id: str) -> JobFolder | None:
        """The folder of a job, whether or not it is there; None where the id is none."""
        return self._job(job_id) if JOB_ID.fullmatch(job_id) else None

    def ids(self) -> list[str]:
        """The ids of all jobs, in the order in which they came."""
        return self._store.job_ids()

    def record(self, job_id: str) -> PhotoJob | None:
        """A job's record; None if there is no such job, or its order is damaged, which is logged."""
        record = self._store.job(job_id)
        return record if record is not None and self._is_whole(record) else None

    def order(self, job_id: str) -> Order | None:
        """The order; None if there is no such job, or its record is damaged, which is logged."""
        record = self.record(job_id)
        return None if record is None else order_of(record)

    def of_session(self, session_id: str) -> list[PhotoJob]:
        """The jobs of a session, newest first; damaged ones are left out."""
        return [each for each in reversed(self._store.jobs_of_session(session_id)) if self._is_whole(each)]

    def unfinished(self) -> list[PhotoJob]:
        """Jobs that still have to be read and whose files are here, in the order in which they came."""
        unread = [each for each in self._store.unread_jobs() if self._is_whole(each)]
        return [each for each in unread if (self._folder / each.id).is_dir()]

    def adopt_older(self) -> None:
        """Move jobs into the register that earlier versions kept as files."""
        adopt_older(self._folder, self._store)

    def take(
        self, order: Order, files: Sequence[tuple[int, Path]], seen: JobReading | None = None
    ) -> JobFolder:
        """Create a job, completely or not at all; its files are moved into its folder.

        Args:
            order: the job's order.
            files: number and place of each upload that is to be read.
            seen: the reading, if nothing has to be read.

        Raises:
            OSError: it can't be stored; the files stay where they were.
            StoreUnavailableError: the database is unavailable; they stay, too.
        """
        make_private(self._folder)
        draft = JobFolder(self._folder / f"{_DRAFT}{order.id}", self._store)
        folder = self._job(order.id)
        moved: list[tuple[Path, Path]] = []
        try:
            draft.make()
            for number, path in files:
                shutil.move(path, draft.upload(number))
                moved.append((draft.upload(number), path))
                _to_disk(draft.upload(number))
            draft.path.rename(folder.path)
            moved = [(folder.upload(number), path) for number, path in files]
            self._store.add_job(
                PhotoJob(
                    id=order.id,
                    session_id=order.session_id,
                    created_at=order.created_at,
                    wanted=to_json(order).decode(),
                    reading=None if seen is None else to_json(seen).decode(),
                )
            )
        except BaseException:
            for now, before in moved:
                shutil.move(now, before)
            for path in (draft.path, folder.path):
                shutil.rmtree(path, ignore_errors=True)
            raise
        if not order.is_video:
            with contextlib.suppress(OSError, StoreUnavailableError):  # the job is taken; they are read plain
                folder.seal_photos()
        folder.forget_uploads()
        return folder

    def forget(self, student_id: str) -> int:
        """Remove an erased student from all jobs; returns from how many."""
        return self._without(student_id, forget_others)

    def forget_face(self, student_id: str) -> None:
        """Remove a student from unconfirmed readings; confirmed ones stay."""
        self._without(student_id, forget_faces)

    def _without(self, student_id: str, forgetting: Callable[[JobFolder, Known], bool]) -> int:
        count = 0
        for job_id in self.ids():
            try:
                count += forgetting(self._job(job_id), lambda candidate: candidate != student_id)
            except (OSError, StoreUnavailableError):  # as on a full disk; within a day it is tried again
                _log.exception("A student can't be removed from the classroom photo %s yet.", job_id)
        return count

    def keep_only(self, is_known: Known) -> None:
        """Remove all students who are not in the register from all jobs."""
        for job_id in self.ids():
            forget_others(self._job(job_id), is_known)

    def _job(self, job_id: str) -> JobFolder:
        return JobFolder(self._folder / job_id, self._store, self._seal)

    def _is_whole(self, record: PhotoJob) -> bool:
        try:
            order_of(record)
        except DamagedRecordError as error:
            if record.id not in self._logged:
                self._logged.add(record.id)
                _log.error(
                    "The record of the classroom photo %s is damaged; it is skipped: %s", record.id, error
                )
            return False
        return True

    def delete_leftovers(self) -> None:
        """Delete what crashes and lost networks left: half a job, half a deletion, files never used.

        Their age is measured by the computer's clock, which wrote their times.
        """
        known = {*self._store.job_ids()}
        for path in _inside(self._folder):
            is_old_draft = path.name.startswith(_DRAFT) and age_of(path) >= DRAFT_LIFETIME
            if is_old_draft or path.name.startswith(GONE) or _is_left(path, known):
                shutil.rmtree(path, ignore_errors=True)
        for path in _inside(self._folder / _INBOX):
            if age_of(path) >= UNSENT_LIFETIME:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _is_left(path: Path, known: Collection[str]) -> bool:
    """Whether a job's folder has no record: its record was never written, or is damaged and of before."""
    if not JOB_ID.fullmatch(path.name) or path.name in known:
        return False
    return age_of(path) >= (JOB_LIFETIME if (path / ORDER).exists() else DRAFT_LIFETIME)


def _inside(folder: Path) -> Iterator[Path]:
    try:
        yield from list(folder.iterdir())
    except FileNotFoundError:
        return


def age_of(path: Path) -> timedelta:
    """How long ago it was last written to; nothing where it has just gone."""
    try:
        return datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta()


def _to_disk(path: Path) -> None:
    """Make sure that a file outlives a power cut once its job is taken."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
