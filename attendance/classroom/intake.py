"""Accepts uploads: all of them become a queued job, or none is touched."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from attendance.classroom.jobs.errors import ClassroomBusyError, ClassroomError
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.job_records import JobReading, Order
from attendance.classroom.jobs.limits import MOST_IN_LINE
from attendance.classroom.jobs.states import ClassroomProblem
from attendance.classroom.jobs.values import ClassroomUpload
from attendance.classroom.upload_sorting import SortedUploads, sort_uploads
from attendance.clock import Clock
from attendance.values import Session, SessionPhase

_TIME_DIGITS, _RANDOM_BYTES = 12, 10  # of a job's id: milliseconds in hex digits, then random bytes


class Intake:
    """Creates jobs; thread-safe.

    Args:
        folders: where jobs lie.
        clock: the source of the time.
    """

    def __init__(self, folders: JobFolders, clock: Clock) -> None:
        self._folders = folders
        self._clock = clock
        self._taking = Lock()

    def take(self, session: Session, uploads: Sequence[ClassroomUpload], *, by: str) -> str:
        """Create a job at the end of the job queue.

        Args:
            session: the session to mark students in.
            uploads: the files; moved, or deleted if unreadable, once the job is accepted.
            by: id of the user who sends them.

        Returns:
            Its id.

        Raises:
            ClassroomBusyError: the job queue is full.
            ClassroomError: too many photos, none, photos and a video mixed, or the session has not begun.
            OSError: they can't be stored, as on a full disk.
        """
        now = self._clock.now()
        if session.phase(now) in (SessionPhase.PLANNED, SessionPhase.CANCELLED):
            raise ClassroomError(
                ClassroomProblem.NOT_OPENED_YET,
                f"The session {session.id!r} has not begun, or was cancelled. Open it first.",
            )
        sorted_ = sort_uploads(uploads)
        with self._taking:
            if sorted_.files:
                self._require_room()
            order = _order(_next_id(self._folders.ids(), now), session, sorted_, now, by)
            unread = JobReading(problem=ClassroomProblem.NOTHING_USABLE, upload_problems=sorted_.problems)
            self._folders.take(order, sorted_.files, None if sorted_.files else unread)
        for path in sorted_.left_out:
            path.unlink(missing_ok=True)
        return order.id

    def _require_room(self) -> None:
        queued = len(self._folders.unfinished())
        if queued >= MOST_IN_LINE:
            raise ClassroomBusyError(
                ClassroomProblem.LINE_FULL,
                f"The job queue is full: {queued} jobs wait to be read, and at most {MOST_IN_LINE} "
                "may. Send the photos again in a few minutes.",
            )


def _order(job_id: str, session: Session, sorted_: SortedUploads, now: datetime, by: str) -> Order:
    return Order(
        id=job_id,
        session_id=session.id,
        by=by,
        created_at=now,
        uploads=sorted_.names,
        upload_problems=sorted_.problems,
        is_video=sorted_.is_video,
    )


def _next_id(ids: Sequence[str], now: datetime) -> str:
    """An unguessable id that sorts after all earlier ones."""
    last = int(ids[-1][:_TIME_DIGITS], 16) if ids else 0
    place = min(max(int(now.timestamp() * 1000), last + 1), 16**_TIME_DIGITS - 1)
    return f"{place:0{_TIME_DIGITS}x}{secrets.token_hex(_RANDOM_BYTES)}"
