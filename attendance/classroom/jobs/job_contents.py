"""What a job's record contains, read from its text."""

from __future__ import annotations

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
)
from attendance.classroom.jobs.values import ClassroomMarks
from attendance.store.protocols.jobs import PhotoJob


def order_of(record: PhotoJob) -> Order:
    """The order of a job.

    Raises:
        DamagedRecordError: it can't be read.
    """
    order = order_from(record.wanted.encode())
    if order.id != record.id:
        raise DamagedRecordError(f"it belongs to the job {order.id!r}")
    return order


def seen_of(record: PhotoJob) -> JobReading | None:
    """What was read; errors as above."""
    return None if record.reading is None else seen_from(record.reading.encode())


def decision_of(record: PhotoJob) -> JobDecision | None:
    """What a person decided; errors as above."""
    return None if record.decision is None else decision_from(record.decision.encode())


def marks_of(record: PhotoJob) -> ClassroomMarks | None:
    """What confirming did; errors as above."""
    return None if record.marks is None else marks_from(record.marks.encode())


def progress_of(record: PhotoJob) -> JobProgress | None:
    """How far reading is; errors as above."""
    return None if record.progress is None else progress_from(record.progress.encode())
