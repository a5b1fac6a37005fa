"""Moves jobs into the register that versions before schema 8 kept as files in their folders."""

from __future__ import annotations

import logging
from pathlib import Path

from attendance.classroom.jobs.job_contents import order_of
from attendance.classroom.jobs.job_folder import JOB_ID
from attendance.classroom.jobs.job_records import DamagedRecordError, order_from
from attendance.store.protocols.jobs import JobStore, PhotoJob

ORDER = "job.json"
_READING, _DECISION, _MARKS = "seen.json", "decision.json", "marks.json"
_log = logging.getLogger(__name__)


def adopt_older(folder: Path, store: JobStore) -> None:
    """Make a record of each job that has none, and then delete its files except for the pictures.

    It may run again, and in several processes at once: a record is made once, and one of them decides.
    What can't be read stays as it is, is logged, and is deleted after its time.

    Args:
        folder: the folder of jobs.
        store: the register's database.

    Raises:
        StoreUnavailableError: the database is unavailable; the next call goes on.
        OSError: files can't be read or deleted.
    """
    try:
        found = sorted(path for path in folder.iterdir() if JOB_ID.fullmatch(path.name))
    except FileNotFoundError:
        return
    for path in found:
        if (path / ORDER).is_file():
            _adopt(path, store)


def _adopt(path: Path, store: JobStore) -> None:
    try:
        job = _record(path)
    except DamagedRecordError as error:
        _log.error("The record of %s is damaged; the job is skipped: %s", path, error)
        return
    if job is None:  # another process has just moved it
        return
    store.add_job(job)
    for each in (*path.glob("claim-*"), *path.glob("*.json")):
        if each.name != ORDER:
            each.unlink(missing_ok=True)
    (path / ORDER).unlink(missing_ok=True)  # last, so that what was interrupted is done again


def _record(path: Path) -> PhotoJob | None:
    wanted = _content(path / ORDER)
    if wanted is None:
        return None
    order = order_from(wanted.encode())
    job = PhotoJob(
        id=path.name,
        session_id=order.session_id,
        created_at=order.created_at,
        wanted=wanted,
        reading=_content(path / _READING),
        decision=_content(path / _DECISION),
        marks=_content(path / _MARKS),
    )
    order_of(job)  # the folder's own
    return job


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise DamagedRecordError(f"{path.name}: {error}") from error
