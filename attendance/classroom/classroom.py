"""Attendance from classroom photos or a video: uploaded, queued, read, confirmed, marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

from attendance.classes.sessions import Sessions
from attendance.classroom.confirming import Confirming, key_of
from attendance.classroom.faces.job_reader import JobReader
from attendance.classroom.intake import Intake
from attendance.classroom.job_queue import JobQueue
from attendance.classroom.job_worker import Worker
from attendance.classroom.jobs.errors import ClassroomError, ClassroomJobNotFoundError
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.job_records import DamagedRecordError, JobDecision, Order
from attendance.classroom.jobs.job_state import job_of
from attendance.classroom.jobs.states import ClassroomProblem, JobState
from attendance.classroom.jobs.values import ClassroomJob, ClassroomMarks, ClassroomUpload
from attendance.classroom.purging import purge
from attendance.clock import Clock
from attendance.errors import StoreUnavailableError
from attendance.presence.room_pictures import RoomPictures
from attendance.settings.site_uses import EVERYTHING, SiteUses
from attendance.store.protocol import Store
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import Session


class Classroom:
    """The classroom photo jobs of a register; thread-safe.

    Args:
        folders: the jobs, and the folder of their pictures.
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions and their courses.
        reader: reads a job.
        rooms: notes whom the pictures show.
        tidy: called before each upload; deletes what has expired, at most once a day.
        uses: what the site allows.
    """

    def __init__(
        self,
        folders: JobFolders,
        store: Store,
        clock: Clock,
        *,
        sessions: Sessions,
        reader: JobReader,
        rooms: RoomPictures,
        tidy: Callable[[], None],
        uses: SiteUses = EVERYTHING,
    ) -> None:
        self._uses = uses
        self._folders = folders
        self._store = store
        self._clock = clock
        self._tidy = tidy
        self._rooms = rooms
        self._confirming = Confirming(store, clock, sessions, rooms, two_people=uses.two_people)
        self._queue = JobQueue(folders, store, reader, confirming=self._confirming, rooms=rooms)
        self._worker = Worker(self._work_off)
        self._intake = Intake(folders, clock)
        self._has_unfinished = Event()  # set if marks of a decision may be missing
        self._has_unfinished.set()

    @property
    def inbox(self) -> Path:
        """A folder for uploads in progress, on the same disk as the jobs.

        Files older than a day are deleted. The folder is created on first use, for its owner only.
        """
        return self._folders.inbox

    def submit(self, session: Session, uploads: Sequence[ClassroomUpload], *, by: str) -> ClassroomJob:
        """Add classroom photos, or one video, to the job queue; unreadable uploads are skipped.

        Args:
            session: the session to mark students in; it may be closed, but must have begun.
            uploads: the files; moved if the job is accepted, untouched otherwise.
            by: id of the user who sends them.

        Returns:
            The queued job.

        Raises:
            SwitchedOffError: the site allows no classroom photos.
            ClassroomBusyError: the job queue is full.
            ClassroomError: too many photos, none, photos and a video mixed, or the session has not begun.
            OSError: they can't be stored, as on a full disk.
        """
        self._uses.need_room_photos()
        self._tidy()
        return self.job(self._intake.take(session, uploads, by=by))

    def job(self, job_id: str) -> ClassroomJob:
        """The current state of a job.

        Raises:
            ClassroomJobNotFoundError: there is none.
        """
        record = self._folders.record(job_id)
        if record is None:
            raise _not_found(job_id)
        return self._current(record)

    def _current(self, record: PhotoJob) -> ClassroomJob:
        job = job_of(record)
        if job.state in (JobState.WAITING, JobState.READING):
            self.resume()
            before = [each.id for each in self._folders.unfinished() if each.id < job.id]
            job = replace(job, ahead=len(before))
        elif job.state is JobState.CONFIRMED and job.marks is None:
            self._finish_later()
        return job

    def jobs_of(self, session_id: str) -> list[ClassroomJob]:
        """The jobs of a session, newest first."""
        return [self._current(record) for record in self._folders.of_session(session_id)]

    def picture(self, job_id: str, number: int) -> bytes:
        """A picture of an unconfirmed job: a JPEG without metadata, at most 2048 px long.

        Raises:
            ClassroomJobNotFoundError: there is no such job or picture, or it was deleted.
        """
        folder, _ = self._get(job_id)
        jpeg = None if number < 0 or folder.is_decided else folder.picture(number)
        if jpeg is None:
            raise ClassroomJobNotFoundError(f"The job {job_id} has no picture {number}, or it was deleted.")
        return jpeg

    def confirm(self, job_id: str, choices: Mapping[str, str | None], *, by: str) -> ClassroomMarks:
        """Mark the students whom a teacher has confirmed; nobody is marked absent.

        Confirming the same choices again has no further effect.

        Args:
            job_id: which job; it must be ``ready``.
            choices: key of a face to the id of a student, or None. An omitted face is not marked: a
                match counts only where it is named here. Several pictures may show the same student.
            by: id of the user who confirms.

        Returns:
            Who was marked, who had a mark already, and which choices could not be carried out; or that it
            waits, where the site asks for two people and another one has to confirm the same choices now.

        Raises:
            SwitchedOffError: the site allows no classroom photos any more.
            ClassroomJobNotFoundError: there is none.
            ClassroomError: it is not ready, was confirmed otherwise or discarded, a face is unknown, or a
                student is named for two faces of one picture. Nothing is written.
            StoreUnavailableError: the database is unavailable. If the decision is stored, the marks are
                written as soon as it is back; sending the same choices again returns the result.
        """
        self._uses.need_room_photos()
        folder, order = self._get(job_id)
        try:
            return self._confirming.confirm(folder, order, choices, by=by)
        except DamagedRecordError as error:
            raise _damaged(folder, error) from error
        except StoreUnavailableError:
            self._finish_later()
            raise

    def discard(self, job_id: str, *, by: str) -> None:
        """Discard a job and delete its pictures, also while it waits or is read; idempotent.

        Raises:
            ClassroomJobNotFoundError: there is none.
            ClassroomError: it is confirmed already.
        """
        folder, order = self._get(job_id)
        try:
            folder.write_decision(JobDecision(confirmed=False, by=by, at=self._clock.now()))
            decision = folder.decision()
        except DamagedRecordError as error:
            raise _damaged(folder, error) from error
        if decision is not None and decision.confirmed:
            raise ClassroomError(
                ClassroomProblem.CONFIRMED_OTHERWISE,
                f"{decision.by} already confirmed the job {job_id}. Correct the marks on the board.",
            )
        self._rooms.forget(order.session_id, key_of(order))
        folder.forget_pictures()

    def resume(self) -> None:
        """Continue jobs that a restart left unfinished; called once when a server starts.

        What was sent before the site switched classroom photos off is not read, and expires.
        """
        if self._uses.room_photos:
            self._worker.wake()

    def purge(self) -> None:
        """Delete what has expired, and carry out interrupted decisions; meant for once a day.

        Raises:
            StoreUnavailableError: the database is away; try again later.
            OSError: something can't be deleted.
        """
        purge(self._folders, self._queue, self._store, self._clock)

    def close(self) -> None:
        """Stop reading; unfinished jobs are read again after the next start."""
        self._worker.close()

    def _work_off(self, stop: Event) -> bool:
        if self._has_unfinished.is_set():
            self._has_unfinished.clear()
            try:
                self._queue.finish_decided()
            except BaseException:
                self._has_unfinished.set()
                raise
        return self._queue.work_off(stop)

    def _finish_later(self) -> None:
        self._has_unfinished.set()
        self._worker.wake()

    def _get(self, job_id: str) -> tuple[JobFolder, Order]:
        folder, order = self._folders.folder(job_id), self._folders.order(job_id)
        if folder is None or order is None:
            raise _not_found(job_id)
        return folder, order


def _not_found(job_id: str) -> ClassroomJobNotFoundError:
    return ClassroomJobNotFoundError(f"There is no job {job_id!r}, or it was deleted.")


def _damaged(folder: JobFolder, error: DamagedRecordError) -> ClassroomError:
    return ClassroomError(
        ClassroomProblem.BROKEN, f"The record of {folder.id} is damaged ({error}). Send the photos again."
    )
