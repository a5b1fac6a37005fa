"""Jobs that versions before schema 8 kept as files are moved into the register, once, and go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attendance.classroom.jobs.states import JobState
from attendance.store.protocols.jobs import PhotoJob
from tests.attendance.classroom.school_room import COLLINS, HOPPER, Room, matches, room_photo


def as_before(room: Room, job_id: str) -> PhotoJob:
    """Make the record of a job files in its folder, as an earlier version kept it; the record as it was."""
    record = room.register.store.job(job_id)
    assert record is not None
    folder = room.folder / job_id
    parts = {"job": record.wanted, "seen": record.reading, "decision": record.decision, "marks": record.marks}
    for name, content in parts.items():
        if content is not None:
            (folder / f"{name}.json").write_text(content, "utf-8")
    (folder / "progress.json").write_text("{}")
    (folder / "claim-0001").write_text("released")
    room.register.store.remove_job(job_id)
    return record


def adopt(room: Room) -> None:
    room.classroom.purge()


def test_a_job_of_before_is_in_the_register_afterwards(room: Room) -> None:
    job = room.read(room_photo(COLLINS), room_photo(HOPPER))
    before = as_before(room, job.id)
    assert room.classroom.jobs_of(room.session.id) == []
    adopt(room)
    moved = room.register.store.job(job.id)
    assert moved is not None
    assert (moved.wanted, moved.reading, moved.created_at) == (
        *(before.wanted, before.reading, before.created_at),
    )
    assert room.classroom.job(job.id) == job
    assert not [name for name in room.files() if name.endswith(".json") or "claim" in name]
    assert room.classroom.picture(job.id, 1)
    assert room.classroom.confirm(job.id, matches(job), by="teacher").marked
    adopt(room)
    assert room.classroom.job(job.id).state is JobState.CONFIRMED


def test_a_job_that_waited_is_read(room: Room) -> None:
    room.classroom.close()
    job = room.send(room_photo(COLLINS))
    as_before(room, job.id)
    adopt(room)
    assert room.classroom.job(job.id).state is JobState.WAITING
    assert (room.folder / job.id / "uploads" / "000").exists()


def test_a_move_that_was_interrupted_is_done_again_and_loses_nothing(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    folder, before = room.folder / job.id, as_before(room, job.id)
    adopt(room)
    room.classroom.confirm(job.id, matches(job), by="teacher")
    confirmed = room.register.store.job(job.id)
    (folder / "job.json").write_text(before.wanted)  # as if it had not been deleted yet
    adopt(room)
    assert room.register.store.job(job.id) == confirmed
    assert not (folder / "job.json").exists()


@pytest.mark.parametrize("damage", [b'{"id": ', b"\xff\xfe", b"null", b"other"])
def test_what_is_damaged_is_left_until_its_time_is_over(
    room: Room, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    job = room.read(room_photo(COLLINS))
    before = as_before(room, job.id)
    other = json.dumps(json.loads(before.wanted) | {"id": "0" * 32}).encode()
    order = Path(room.folder / job.id / "job.json")
    order.write_bytes(other if damage == b"other" else damage)
    adopt(room)
    assert order.exists()
    assert room.register.store.job(job.id) is None
    assert job.id in caplog.text
