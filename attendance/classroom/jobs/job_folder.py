"""A job on disk: one folder, in which each thing that happens to it is one file, written whole or not at all.

The files are the job's state. ``job.json`` is the order, ``seen.json`` the reading, ``decision.json`` what
a person decided, ``marks.json`` the result. Each is written once, by the first writer, so that no two
threads, processes or people overwrite one another.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

from attendance.classroom.jobs.job_records import (
    DamagedRecordError,
    JobDecision,
    JobProgress,
    JobReading,
    Order,
    decision_from,
    marks_from,
    order_from,
    progress_from,
    seen_from,
    to_json,
)
from attendance.classroom.jobs.values import ClassroomMarks
from attendance.files.whole_file import create_whole, write_new, write_whole

JOB_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ORDER, _SEEN, _DECISION, _MARKS = "job.json", "seen.json", "decision.json", "marks.json"
_PROGRESS = "progress.json"
_UPLOADS, _PICTURES = "uploads", "pictures"
GONE = ".gone-"  # begins the name of a folder that is being deleted


class JobFolder:
    """The folder of one job.

    Args:
        path: where it is, or shall be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The job's, which the folder is named by."""
        return self.path.name

    def make(self) -> None:
        """Make the empty folder, for its owner alone.

        Raises:
            OSError: it can't be made.
        """
        self.path.mkdir(mode=0o700)
        (self.path / _UPLOADS).mkdir(mode=0o700)

    def order(self) -> Order | None:
        """The order; None if there is no such job.

        Raises:
            DamagedRecordError: it can't be read.
        """
        data = _content(self.path / _ORDER)
        if data is None:
            return None
        order = order_from(data)
        if order.id != self.id:
            raise DamagedRecordError(f"it belongs to the job {order.id!r}")
        return order

    def write_order(self, order: Order) -> None:
        """Write the order."""
        write_new(self.path / _ORDER, to_json(order))

    def upload(self, number: int) -> Path:
        """Where an upload lies until it is read."""
        return self.path / _UPLOADS / f"{number:03d}"

    def seen(self) -> JobReading | None:
        """What was read; None until then.

        Raises:
            DamagedRecordError: it can't be read.
        """
        data = _content(self.path / _SEEN)
        return None if data is None else seen_from(data)

    def write_seen(self, seen: JobReading) -> bool:
        """Write what was read and delete the uploads; returns False if that was done before."""
        first = create_whole(self.path / _SEEN, to_json(seen))
        self.forget_uploads()
        return first

    def forget_uploads(self) -> None:
        """Delete what was sent, where it has been read."""
        if (self.path / _SEEN).exists():
            shutil.rmtree(self.path / _UPLOADS, ignore_errors=True)

    def rewrite_seen(self, seen: JobReading) -> None:
        """Correct the reading, for example after a student was erased."""
        write_whole(self.path / _SEEN, to_json(seen))

    def decision(self) -> JobDecision | None:
        """What a person decided; None until then.

        Raises:
            DamagedRecordError: it can't be read.
        """
        data = _content(self.path / _DECISION)
        return None if data is None else decision_from(data)

    @property
    def is_decided(self) -> bool:
        """Whether a person has decided; cheap."""
        return (self.path / _DECISION).exists()

    @property
    def is_unfinished(self) -> bool:
        """Whether it still has to be read; cheap."""
        return not (self.path / _SEEN).exists() and not self.is_decided and (self.path / _ORDER).exists()

    def write_decision(self, decision: JobDecision) -> bool:
        """Write a person's decision; returns False if there was one already."""
        return create_whole(self.path / _DECISION, to_json(decision))

    def rewrite_decision(self, decision: JobDecision) -> None:
        """Correct the decision, for example after a student was erased."""
        write_whole(self.path / _DECISION, to_json(decision))

    def marks(self) -> ClassroomMarks | None:
        """What confirming did; None until it is all done.

        Raises:
            DamagedRecordError: it can't be read.
        """
        data = _content(self.path / _MARKS)
        return None if data is None else marks_from(data)

    def write_marks(self, marks: ClassroomMarks) -> None:
        """Write what confirming did."""
        write_whole(self.path / _MARKS, to_json(marks))

    def progress(self) -> JobProgress | None:
        """The progress of reading; None if unknown.

        Raises:
            DamagedRecordError: it can't be read.
        """
        data = _content(self.path / _PROGRESS)
        return None if data is None else progress_from(data)

    def write_progress(self, progress: JobProgress) -> None:
        """Record the progress of reading."""
        write_whole(self.path / _PROGRESS, to_json(progress))

    def picture(self, number: int) -> bytes | None:
        """A picture as JPEG; None if there is none, or it was deleted."""
        return _content(self._picture(number))

    def write_picture(self, number: int, jpeg: bytes) -> None:
        """Store a picture for confirmation."""
        (self.path / _PICTURES).mkdir(mode=0o700, exist_ok=True)
        write_whole(self._picture(number), jpeg)

    def forget_pictures(self) -> None:
        """Delete all pictures and what was read from them; a decision no longer needs them."""
        for folder in (_UPLOADS, _PICTURES):
            shutil.rmtree(self.path / folder, ignore_errors=True)
        for name in (_SEEN, _PROGRESS):
            (self.path / name).unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete the job; files that can't be deleted now no longer count as a job."""
        gone = self.path.with_name(GONE + self.id)
        with contextlib.suppress(OSError):
            self.path.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _picture(self, number: int) -> Path:
        return self.path / _PICTURES / f"{number:d}.jpg"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
