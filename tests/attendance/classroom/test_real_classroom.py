"""A composed room, read with the real networks, while a phone checks in."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from attendance.classroom.jobs.states import FaceState, JobState
from attendance.classroom.jobs.values import ClassroomJob, ClassroomUpload
from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import VerdictStatus
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent, MarkMethod
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import GRANT_LIFETIME
from tests.portraits import jpeg, render

PATIENCE = 240.0  # seconds; the machine may be busy
WALL = (148, 142, 135)
ROOM = (2400, 1400)
HEADS = ((300, 420), (1300, 500))  # where the portraits of Collins and Hopper are pasted


@pytest.fixture(scope="module", params=["dlib", pytest.param("both", marks=pytest.mark.slow)])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with a real engine, and both portraits enrolled."""
    folder = tmp_path_factory.mktemp("real-room")
    networks = request.getfixturevalue("facenet_models" if request.param == "both" else "models")
    settings = Settings(
        config=folder / "config",
        models=networks,
        data=folder / "data",
        engine=request.param,
        room_photos="on",
    )
    with open_register(settings, clock=FrozenClock()) as register:
        consent = Consent(register.clock.now(), "office", "signed form")
        for roll_number, portrait in (("1", "astronaut_jpeg"), ("2", "hopper_jpeg")):
            photo = request.getfixturevalue(portrait)
            result = register.enrolment.enrol(NewStudent(roll_number), {"1.jpg": photo}, consent)
            assert result.status is EnrolmentStatus.ENROLLED, result
        yield register


def room_of(*portraits: bytes) -> bytes:
    """A wall with these portraits on it, each as another camera sees it."""
    room = Image.new("RGB", ROOM, WALL)
    for portrait, place in zip(portraits, HEADS, strict=False):
        other = render(portrait, angle=3, scale=0.7, brightness=0.9)
        room.paste(Image.open(io.BytesIO(other)), place)
    return jpeg(room)


def sent(register: Register, folder: Path, *photos: bytes) -> ClassroomJob:
    uploads = []
    for number, photo in enumerate(photos):
        path = folder / f"{number}.taken"
        path.write_bytes(photo)
        uploads.append(ClassroomUpload(path, f"IMG_{number}.JPG"))
    return register.classroom.submit(register.sessions.today(), uploads, by="teacher")


def settled(register: Register, job_id: str) -> ClassroomJob:
    deadline = time.monotonic() + PATIENCE
    while (job := register.classroom.job(job_id)).state in (JobState.WAITING, JobState.READING):
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


@pytest.mark.networks
def test_both_are_found_where_they_are_and_marked_while_a_phone_checks_in(
    real: Register, tmp_path: Path, astronaut_jpeg: bytes, hopper_jpeg: bytes, coffee_jpeg: bytes
) -> None:
    job = sent(real, tmp_path, room_of(astronaut_jpeg, hopper_jpeg), coffee_jpeg)
    phone = render(hopper_jpeg, angle=4, scale=1.2)
    session = real.sessions.today()
    attempt = Attempt.of("grant", phone, device="phone", expires_at=real.clock.now() + GRANT_LIFETIME)
    assert (
        real.check_in.submit(
            session, Submission(phone, circumstances=Circumstances(has_camera=False)), attempt
        ).status
        is VerdictStatus.PRESENT
    )
    done = settled(real, job.id)
    assert done.state is JobState.READY
    assert [(each.number, each.problem) for each in done.upload_problems] == [(1, "no_face")]
    names = {student.id: student.roll_number for student in real.students.all()}
    found = {
        names[face.candidates[0].student_id]: face.box for face in done.faces if face.state is FaceState.MATCH
    }
    assert set(found) == {"1", "2"}
    for roll_number, (left, top) in zip(("1", "2"), HEADS, strict=True):
        x, y, width, height = found[roll_number]
        centre = (x + width / 2) * ROOM[0], (y + height / 2) * ROOM[1]
        assert left < centre[0] < left + 400
        assert top < centre[1] < top + 450
    choices = {face.key: face.candidates[0].student_id for face in done.faces if face.candidates}
    marks = real.classroom.confirm(job.id, choices, by="teacher")
    by_roll = {names[mark.student_id]: mark.method for mark in real.store.marks(session.id)}
    assert by_roll == {"1": MarkMethod.CLASSROOM_PHOTO, "2": MarkMethod.FACE}
    assert [names[student_id] for student_id in marks.standing] == ["2"]
