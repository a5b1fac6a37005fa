"""The part of the `Store` protocol about jobs of classroom photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class PhotoJob:
    """A job of classroom photos; its pictures are files, and what is JSON here is ``attendance.classroom``'s.

    Attributes:
        id: 32 hex digits, which sort in the order in which jobs came.
        session_id: which session its marks go to.
        created_at: when it was sent.
        wanted: the order, as JSON.
        reading: what was read, as JSON; None until then, and again once a decision needs it no more.
        decision: what a person decided, as JSON.
        marks: what confirming did, as JSON.
        progress: how far reading is, as JSON; only its reader's.
        reader: the process that reads it; None: nobody does.
        reader_until: until when that counts without a sign of life.
        crashes: how often a reader ended without giving it back.
        version: 1 at first, one more at each change except for progress and signs of life.
    """

    id: str
    session_id: str
    created_at: datetime
    wanted: str
    reading: str | None = None
    decision: str | None = None
    marks: str | None = None
    progress: str | None = None
    reader: str | None = None
    reader_until: datetime | None = None
    crashes: int = 0
    version: int = 1

    @property
    def is_unread(self) -> bool:
        """Whether it still has to be read."""
        return self.reading is None and self.decision is None


class JobStore(Protocol):
    """Jobs of classroom photos, each read by one process at a time, on any machine."""

    def add_job(self, job: PhotoJob) -> bool:
        """Store a job unless its id is taken; returns whether it was stored."""
        ...

    def job(self, job_id: str) -> PhotoJob | None: ...

    def job_ids(self) -> list[str]:
        """The ids of all jobs, in order."""
        ...

    def jobs_of_session(self, session_id: str) -> list[PhotoJob]:
        """The jobs of a session, ordered by id."""
        ...

    def unread_jobs(self) -> list[PhotoJob]:
        """The jobs that still have to be read, ordered by id."""
        ...

    def replace_job(self, job: PhotoJob) -> bool:
        """Write reading, decision and marks if the stored version is ``job.version - 1``.

        Who reads it, and how far that is, stays as it is.

        Returns:
            Whether it was written.
        """
        ...

    def claim_job(
        self, job_id: str, reader: str, *, now: datetime, until: datetime, dead: Sequence[str] = ()
    ) -> PhotoJob | None:
        """Become a job's reader, in one step, if it is unread and nobody else reads it.

        Args:
            job_id: which job.
            reader: who wants to read it.
            now: whose ``reader_until`` is not later has lost it.
            until: until when the claim counts without a sign of life.
            dead: readers that are known to have ended.

        Returns:
            The claimed job, with one more crash if a reader had it before and did not give it back; None if
            it is gone or read, or somebody else reads it.
        """
        ...

    def keep_job(self, job_id: str, reader: str, *, until: datetime, progress: str | None = None) -> bool:
        """Give a sign of life, and the progress if it changed; returns whether it is still the reader's job.

        It isn't once somebody else has claimed it, it was decided, or it is gone.
        """
        ...

    def release_job(self, job_id: str, reader: str) -> None:
        """Give a job back to the next reader, without a crash; does nothing if it is somebody else's."""
        ...

    def remove_job(self, job_id: str) -> None:
        """Delete a job; does nothing if there is none."""
        ...
