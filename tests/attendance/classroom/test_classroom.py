"""A teacher photographs the room, looks at what was seen, confirms, and the marks are there."""

from __future__ import annotations

import pytest

from attendance.classroom.values import FaceState, JobState, JobStep
from attendance.values import MarkMethod, MarkStatus
from tests.attendance.classroom.room import (
    COLLINS,
    HOPPER,
    JOHNSON,
    STRANGER,
    Room,
    face_at,
    matches,
    room_photo,
)


def test_from_photo_to_marks(room: Room) -> None:
    job = room.read(room_photo(COLLINS, STRANGER, HOPPER))
    assert job.state is JobState.READY
    assert (job.progress, job.step, job.problem, job.ahead) == (1.0, JobStep.DONE, None, 0)
    assert [face_at(job, 0, place).state for place in range(3)] == [
        FaceState.MATCH,
        FaceState.UNKNOWN,
        FaceState.MATCH,
    ]
    assert face_at(job, 0, 2).candidates[0].student_id == room.student(HOPPER).id
    marks = room.classroom.confirm(job.id, matches(job), by="teacher")
    assert set(marks.marked) == {room.student(COLLINS).id, room.student(HOPPER).id}
    mark = room.mark_of(HOPPER)
    assert mark is not None
    assert (mark.status, mark.method, mark.reviewer) == (
        MarkStatus.PRESENT,
        MarkMethod.CLASSROOM_PHOTO,
        "teacher",
    )
    assert mark.score == pytest.approx(1.0)
    assert mark.at == job.created_at
    assert room.mark_of(JOHNSON) is None
    done = room.classroom.job(job.id)
    assert (done.state, done.marked, done.marks, done.decided_by) == (
        JobState.CONFIRMED,
        2,
        marks,
        "teacher",
    )
    assert done.pictures == ()
    assert room.pictures() == set()
