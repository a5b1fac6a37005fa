"""A job: its record in the register, and a folder with the pictures that were sent and those that are shown.

What happens to a job is written into its record in one conditional step: the reading, a person's decision and
the result each by the first who has it, so that no two threads, processes, machines or people overwrite one
another. Pictures are files, in a folder that all machines of a site share.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from attendance.classroom.jobs.job_contents import decision_of, marks_of, order_of, seen_of
from attendance.classroom.jobs.job_records import (
    JobDecision,
    JobReading,
    Order,
    to_json,
)
from attendance.classroom.jobs.values import ClassroomMarks
from attendance.errors import SealBrokenError
from attendance.files.file_seal import FileSeal, PlainFiles
from attendance.files.whole_file import write_whole
from attendance.store.protocols.jobs import JobStore, PhotoJob

JOB_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
SUBJECT = "pictures:"  # begins the names of the keys of pictures
UPLOADS, PICTURES = "uploads", "pictures"
GONE = ".gone-"  # begins the name of a folder that is being deleted
_log = logging.getLogger(__name__)

Change = Callable[[PhotoJob], PhotoJob | None]
"""Returns the changed record, or None if nothing has to be written."""


class JobFolder:
    """One job.

    Args:
        path: where its folder is, or shall be; named by its id.
        store: the register's database.
        seal: seals its pictures.
    """

    def __init__(self, path: Path, store: JobStore, seal: FileSeal | None = None) -> None:
        self.path = path
        self._store = store
        self._seal = seal or PlainFiles()

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
        (self.path / UPLOADS).mkdir(mode=0o700)

    def record(self) -> PhotoJob | None:
        """The record as it is now; None if there is no such job."""
        return self._store.job(self.id)

    def order(self) -> Order | None:
        """The order; None if there is no such job.

        Raises:
            DamagedRecordError: it can't be read.
        """
        record = self.record()
        return None if record is None else order_of(record)

    def upload(self, number: int) -> Path:
        """Where an upload lies until it is read."""
        return self.path / UPLOADS / f"{number:03d}"

    def seen(self) -> JobReading | None:
        """What was read; None until then.

        Raises:
            DamagedRecordError: it can't be read.
        """
        record = self.record()
        return None if record is None else seen_of(record)

    def write_seen(self, seen: JobReading) -> bool:
        """Write what was read and delete the uploads; returns False if it was read or decided before."""
        text = _text(seen)
        first = self._change(lambda now: replace(now, reading=text, progress=None) if now.is_unread else None)
        self.forget_uploads()
        return first

    def forget_uploads(self) -> None:
        """Delete what was sent, where it has been read."""
        record = self.record()
        if record is not None and not record.is_unread:
            shutil.rmtree(self.path / UPLOADS, ignore_errors=True)

    def correct(self, change: Change) -> bool:
        """Correct the record, for example after a student was erased.

        The correction is worked out again if somebody else changes the record meanwhile, so that of two at
        once neither undoes the other.

        Args:
            change: given the record as it is now.

        Returns:
            Whether anything was corrected.
        """
        return self._change(change)

    def decision(self) -> JobDecision | None:
        """What a person decided; None until then.

        Raises:
            DamagedRecordError: it can't be read.
        """
        record = self.record()
        return None if record is None else decision_of(record)

    @property
    def is_decided(self) -> bool:
        """Whether a person has decided."""
        record = self.record()
        return record is not None and record.decision is not None

    def write_decision(self, decision: JobDecision) -> bool:
        """Write a person's decision; returns False if there was one already."""
        text = _text(decision)
        return self._change(lambda now: replace(now, decision=text) if now.decision is None else None)

    def marks(self) -> ClassroomMarks | None:
        """What confirming did; None until it is all done.

        Raises:
            DamagedRecordError: it can't be read.
        """
        record = self.record()
        return None if record is None else marks_of(record)

    def write_marks(self, marks: ClassroomMarks) -> None:
        """Write what confirming did."""
        text = _text(marks)
        self._change(lambda now: replace(now, marks=text))

    def picture(self, number: int) -> bytes | None:
        """A picture as JPEG; None if there is none, it was deleted, or it is damaged, which is logged."""
        path = self._picture(number)
        try:
            return self._seal.open(SUBJECT + self.id, path.name, path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except SealBrokenError:
            _log.exception("The picture %s can't be shown.", path)
            return None

    def write_picture(self, number: int, jpeg: bytes) -> None:
        """Store a picture for confirmation."""
        (self.path / PICTURES).mkdir(mode=0o700, exist_ok=True)
        path = self._picture(number)
        write_whole(path, self._seal.seal(SUBJECT + self.id, path.name, jpeg))

    def photo(self, number: int) -> bytes:
        """A photo that was sent, until it is read.

        Raises:
            FileNotFoundError: it is gone.
        """
        path = self.upload(number)
        return self._seal.open(SUBJECT + self.id, f"{UPLOADS}/{path.name}", path.read_bytes())

    def seal_photos(self) -> None:
        """Seal the photos that were sent; a video stays plain until it is read, as it is read from its path.

        Raises:
            OSError: one can't be replaced.
        """
        for path in list((self.path / UPLOADS).glob("*")):
            self._seal_file(path, f"{UPLOADS}/{path.name}")

    def seal_plain(self) -> None:
        """Seal pictures that an older version wrote plainly; may be interrupted.

        Raises:
            OSError: one can't be replaced.
        """
        for path in list((self.path / PICTURES).glob("*.jpg")):
            self._seal_file(path, path.name)

    def _seal_file(self, path: Path, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # read or decided meanwhile
            stored = path.read_bytes()
            if not self._seal.is_sealed(stored):
                write_whole(path, self._seal.seal(SUBJECT + self.id, name, stored))

    def forget_pictures(self) -> None:
        """Delete all pictures and what was read from them; a decision no longer needs them."""
        self._seal.forget(SUBJECT + self.id)
        for folder in (UPLOADS, PICTURES):
            shutil.rmtree(self.path / folder, ignore_errors=True)
        self._change(lambda now: replace(now, reading=None) if now.reading is not None else None)

    def delete(self) -> None:
        """Delete the job; files that can't be deleted now no longer count as a job."""
        self._store.remove_job(self.id)
        self._seal.forget(SUBJECT + self.id)
        gone = self.path.with_name(GONE + self.id)
        with contextlib.suppress(OSError):
            self.path.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _picture(self, number: int) -> Path:
        return self.path / PICTURES / f"{number:d}.jpg"

    def _change(self, change: Change) -> bool:
        """Change the record, again from the start if somebody else did meanwhile; whether it was written."""
        while True:
            now = self.record()
            new = None if now is None else change(now)
            if now is None or new is None:
                return False
            if self._store.replace_job(replace(new, version=now.version + 1)):
                return True


def _text(record: object) -> str:
    return to_json(record).decode()
