"""All jobs on disk: creating, finding, and removing erased students from them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attendance.classroom.jobs.forgetting import Known, forget_faces, forget_others
from attendance.classroom.jobs.job_folder import GONE, JOB_ID, JobFolder
from attendance.classroom.jobs.job_records import DamagedRecordError, JobReading, Order
from attendance.classroom.jobs.limits import DRAFT_LIFETIME, UNSENT_LIFETIME
from attendance.files.private_folder import make_private

_DRAFT = ".new-"
_INBOX = ".inbox"
_log = logging.getLogger(__name__)


class JobFolders:
    """The folder of jobs; safe for threads and processes.

    Args:
        folder: ``Dataset/Images/classroom``; made at the first upload.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._orders: dict[str, Order] = {}  # never change once written
        self._logged: set[str] = set()

    @property
    def inbox(self) -> Path:
        """A folder for uploads in progress, on the same disk."""
        inbox = self._folder / _INBOX
        make_private(inbox)
        return inbox

    def folder(self, job_id: str) -> JobFolder | None:
        """The folder of a job, whether or not it is there; None where the id is none."""
        return JobFolder(self._folder / job_id) if JOB_ID.fullmatch(job_id) else None

    def ids(self) -> list[str]:
        """The ids of all jobs, in the order in which they came."""
        try:
            return sorted(path.name for path in self._folder.iterdir() if JOB_ID.fullmatch(path.name))
        except FileNotFoundError:
            return []

    def order(self, job_id: str) -> Order | None:
        """The order; None if there is no such job, or its record is damaged, which is logged."""
        known = self._orders.get(job_id)
        folder = self.folder(job_id)
        if folder is None:
            return None
        if known is not None and folder.path.is_dir():
            return known
        try:
            order = folder.order()
        except DamagedRecordError as error:
            if job_id not in self._logged:
                self._logged.add(job_id)
                _log.error("The record of %s is damaged; the job is skipped: %s", folder.path, error)
            return None
        if order is None:
            self._orders.pop(job_id, None)
        else:
            self._orders[job_id] = order
        return order

    def unfinished(self) -> list[JobFolder]:
        """Jobs that still have to be read, in the order in which they came."""
        folders = [JobFolder(self._folder / job_id) for job_id in self.ids()]
        return [each for each in folders if each.is_unfinished and self.order(each.id) is not None]

    def take(
        self, order: Order, files: Sequence[tuple[int, Path]], seen: JobReading | None = None
    ) -> JobFolder:
        """Create a job, completely or not at all; its files are moved into it.

        Args:
            order: the job's order.
            files: number and place of each upload that is to be read.
            seen: the reading, if nothing has to be read.

        Raises:
            OSError: it can't be stored; the files stay where they were.
        """
        make_private(self._folder)
        draft = JobFolder(self._folder / f"{_DRAFT}{order.id}")
        moved: list[tuple[Path, Path]] = []
        try:
            draft.make()
            for number, path in files:
                shutil.move(path, draft.upload(number))
                moved.append((draft.upload(number), path))
                _to_disk(draft.upload(number))
            draft.write_order(order)
            if seen is not None:
                draft.write_seen(seen)
            draft.path.rename(self._folder / order.id)
        except BaseException:
            for now, before in moved:
                shutil.move(now, before)
            shutil.rmtree(draft.path, ignore_errors=True)
            raise
        return JobFolder(self._folder / order.id)

    def forget(self, student_id: str) -> None:
        """Remove an erased student from all jobs."""
        self._without(student_id, forget_others)

    def forget_face(self, student_id: str) -> None:
        """Remove a student from unconfirmed readings; confirmed ones stay."""
        self._without(student_id, forget_faces)

    def _without(self, student_id: str, forgetting: Callable[[JobFolder, Known], None]) -> None:
        for job_id in self.ids():
            try:
                forgetting(JobFolder(self._folder / job_id), lambda candidate: candidate != student_id)
            except OSError:  # as on a full disk; an erased student is removed within a day
                _log.exception("A student can't be removed from the classroom photo %s yet.", job_id)

    def keep_only(self, is_known: Known) -> None:
        """Remove all students who are not in the register from all jobs."""
        for job_id in self.ids():
            forget_others(JobFolder(self._folder / job_id), is_known)

    def delete_leftovers(self) -> None:
        """Delete what crashes and lost networks left: half a job, half a deletion, files never used.

        Their age is measured by the computer's clock, which wrote their times.
        """
        for path in _inside(self._folder):
            is_old_draft = path.name.startswith(_DRAFT) and age_of(path) >= DRAFT_LIFETIME
            if is_old_draft or path.name.startswith(GONE):
                shutil.rmtree(path, ignore_errors=True)
        for path in _inside(self._folder / _INBOX):
            if age_of(path) >= UNSENT_LIFETIME:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


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
