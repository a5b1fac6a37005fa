"""Two people confirm a classroom photo, where a site asks for it: the first one's choices wait in the job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from attendance.classroom.jobs.job_contents import seen_of
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_records import JobDecision, to_json
from attendance.classroom.jobs.values import ClassroomProposal
from attendance.store.protocols.jobs import PhotoJob


def first_of_two(
    folder: JobFolder, fresh: JobDecision, in_register: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> str | None:
    """Who else has confirmed the same choices; otherwise these are stored for the next person.

    Args:
        folder: the job.
        fresh: what a person confirms now.
        in_register: choices without students who were erased since.

    Returns:
        The id of the other user; None if there is none, or the job was decided meanwhile.
    """
    other: str | None = None

    def propose(record: PhotoJob) -> PhotoJob | None:
        nonlocal other
        other, seen = None, seen_of(record)
        if record.decision is not None or seen is None:
            return None
        before = seen.proposed
        if before is not None and in_register(before.choices) == in_register(fresh.choices):
            other = None if before.by == fresh.by else before.by
            return None
        proposed = ClassroomProposal(fresh.by, fresh.at, fresh.choices)
        return replace(record, reading=to_json(replace(seen, proposed=proposed)).decode())

    folder.correct(propose)
    return other
