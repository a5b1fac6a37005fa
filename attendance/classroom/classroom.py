"""Attendance from photos or a video of the room: sent in, read in a line, confirmed, marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attendance.classroom.values import ClassroomJob, ClassroomMarks, RoomUpload
from attendance.clock import Clock
from attendance.galleries import Galleries
from attendance.pipelines import PipelineSource, PolicySource
from attendance.sessions import Sessions
from attendance.store.protocol import Store
from attendance.values import Session


class Classroom:
    """Jobs of one register; any thread may use it.

    Args:
        folder: where jobs lie; made at the first one.
        store: the register's database.
        clock: tells the time.
        sessions: finds sessions and their courses.
        pipeline: gives what reads photos.
        policy: gives the rule of decision for an engine and a detector.
        galleries: whom to compare with.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        clock: Clock,
        *,
        sessions: Sessions,
        pipeline: PipelineSource,
        policy: PolicySource,
        galleries: Galleries,
    ) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._pipeline = pipeline
        self._policy = policy
        self._galleries = galleries

    @property
    def inbox(self) -> Path:
        """A folder for files that are still being sent, on the disk that jobs lie on.

        What lies there for more than a day is deleted. It is made here, readable by its owner alone.
        """
        raise NotImplementedError

    def submit(self, session: Session, uploads: Sequence[RoomUpload], *, by: str) -> ClassroomJob:
        """Put photos, or one video, of the room in line; an upload that can't be read is left out.

        Args:
            session: which session the marks shall go to; it may be closed, but must have begun.
            uploads: the files; moved away once the job is taken, and left where they are otherwise.
            by: id of the user who sends them.

        Returns:
            The job as it waits.

        Raises:
            ClassroomBusyError: the line is full.
            ClassroomError: too many photos, none, photos and a video mixed, or the session has not begun.
            OSError: they can't be kept, as on a full disk.
        """
        raise NotImplementedError

    def job(self, job_id: str) -> ClassroomJob:
        """The job as it stands.

        Raises:
            ClassroomJobNotFoundError: there is none.
        """
        raise NotImplementedError

    def jobs_of(self, session_id: str) -> list[ClassroomJob]:
        """The jobs of a session, newest first."""
        raise NotImplementedError

    def picture(self, job_id: str, number: int) -> bytes:
        """A picture of a job that waits to be confirmed: a JPEG without metadata, at most 2048 px long.

        Raises:
            ClassroomJobNotFoundError: there is no such job or picture (any more).
        """
        raise NotImplementedError

    def confirm(self, job_id: str, choices: Mapping[str, str | None], *, by: str) -> ClassroomMarks:
        """Mark the students whom a person has confirmed; nobody is ever marked absent by it.

        Confirming the same twice is confirming once.

        Args:
            job_id: which job; it must be ``ready``.
            choices: key of a face to the id of a student, or None. A face that is left out is nobody's: a
                match counts only where it is named here. Several pictures may show the same student.
            by: id of the user who confirms.

        Returns:
            Who was marked, whose mark stood already, and what could not be carried out (any more).

        Raises:
            ClassroomJobNotFoundError: there is none.
            ClassroomError: it is not ready, was confirmed otherwise or discarded, a face is unknown, or a
                student is named for two faces of one picture. Nothing is written.
            StoreUnavailableError: the database is away; send the same again.
        """
        raise NotImplementedError

    def discard(self, job_id: str, *, by: str) -> None:
        """Give a job up and delete its pictures, also while it waits or is read. Twice is once.

        Raises:
            ClassroomJobNotFoundError: there is none.
            ClassroomError: it is confirmed already.
        """
        raise NotImplementedError

    def resume(self) -> None:
        """Go on with jobs that a restart left unfinished; for whoever serves, once at the start."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop reading; what is unfinished is read again after the next start."""
