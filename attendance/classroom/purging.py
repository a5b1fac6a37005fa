"""Deletes expired jobs after 14 days, and at once what a crash left of a finished one."""

from __future__ import annotations

from attendance.classroom.job_queue import JobQueue
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.limits import JOB_LIFETIME
from attendance.clock import Clock
from attendance.store.protocol import Store


def purge(folders: JobFolders, queue: JobQueue, store: Store, clock: Clock) -> None:
    """Carry out interrupted decisions, then delete what is too old or shows erased students.

    Args:
        folders: the jobs.
        queue: carries out decisions.
        store: knows who is in the register.
        clock: the source of the time.

    Raises:
        StoreUnavailableError: the database is unavailable; nothing that it is needed for is deleted.
        OSError: something can't be deleted.
    """
    now = clock.now()
    folders.adopt_older()
    queue.finish_decided()
    for job_id in folders.ids():
        folder = folders.folder(job_id)
        record = None if folder is None else folder.record()
        if folder is None or record is None:
            continue
        if now - record.created_at >= JOB_LIFETIME:
            folder.delete()
        else:
            folder.forget_uploads()
            folder.seal_plain()
    known = {student.id for student in store.students()}
    folders.keep_only(known.__contains__)
    folders.delete_leftovers()
