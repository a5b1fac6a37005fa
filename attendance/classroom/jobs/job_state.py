"""The state of a job, derived from its record."""

from __future__ import annotations

from dataclasses import replace

from attendance.classroom.jobs.claims import is_claimed
from attendance.classroom.jobs.job_contents import decision_of, marks_of, order_of, progress_of, seen_of
from attendance.classroom.jobs.job_records import DamagedRecordError, JobDecision, JobProgress, JobReading
from attendance.classroom.jobs.states import ClassroomProblem, JobState, JobStep
from attendance.classroom.jobs.values import ClassroomJob
from attendance.store.protocols.jobs import PhotoJob


def job_of(record: PhotoJob) -> ClassroomJob:
    """The job in its current state, without its place in the queue.

    Raises:
        DamagedRecordError: its order can't be read.
    """
    order = order_of(record)
    job = ClassroomJob(
        id=order.id,
        session_id=order.session_id,
        by=order.by,
        created_at=order.created_at,
        state=JobState.WAITING,
        uploads=order.uploads,
        upload_problems=order.upload_problems,
        is_video=order.is_video,
    )
    try:
        seen, decision = seen_of(record), decision_of(record)
        if decision is not None:
            return _decided(job, record, decision)
        if seen is not None:
            return _read(job, seen)
    except DamagedRecordError:
        return replace(
            job, state=JobState.FAILED, step=JobStep.DONE, progress=1.0, problem=ClassroomProblem.BROKEN
        )
    return _unread(job, record)


def _decided(job: ClassroomJob, record: PhotoJob, decision: JobDecision) -> ClassroomJob:
    marks = marks_of(record) if decision.confirmed else None
    return replace(
        job,
        state=JobState.CONFIRMED if decision.confirmed else JobState.DISCARDED,
        step=JobStep.DONE,
        progress=1.0,
        marks=marks,
        marked=len(marks.marked) if marks else 0,
        decided_by=decision.by,
        decided_at=decision.at,
        first_by=decision.first_by,
    )


def _read(job: ClassroomJob, seen: JobReading) -> ClassroomJob:
    return replace(
        job,
        state=JobState.READY if seen.problem is None else JobState.FAILED,
        step=JobStep.DONE,
        progress=1.0,
        pictures=seen.pictures,
        problem=seen.problem,
        upload_problems=seen.upload_problems,
        proposed=seen.proposed,
    )


def _unread(job: ClassroomJob, record: PhotoJob) -> ClassroomJob:
    if not is_claimed(record):
        return job
    try:
        progress = progress_of(record)
    except DamagedRecordError:
        progress = None
    progress = progress or JobProgress(0.0, JobStep.LOADING, 0, 0)
    return replace(
        job,
        state=JobState.READING,
        progress=progress.progress,
        step=progress.step,
        step_done=progress.done,
        step_total=progress.total,
    )
