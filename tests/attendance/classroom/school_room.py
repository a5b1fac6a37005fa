"""A class that is photographed: a register with everything real but the networks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from attendance.classroom.classroom import Classroom
from attendance.classroom.jobs.states import FaceState, JobState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomJob, ClassroomUpload
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent, Course, Mark, Session, Student
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import FakePipeline, photo_of, room_of
from tests.attendance.frozen_clock import FrozenClock

PATIENCE = 60.0  # seconds until a job that is not read is a failure
SECRET = "a secret that servers on one database have"
COLLINS, JOHNSON, HOPPER, RIDE, STRANGER = 0, 2, 4, 6, 12
NAMES = {COLLINS: "Eileen Collins", JOHNSON: "Katherine Johnson", HOPPER: "Grace Hopper", RIDE: "Sally Ride"}
"""The roster: roll numbers are the numbers of the faces; Ride has no template."""


@dataclass
class Room:
    """A course with a session that has begun, and a place where uploads come in."""

    register: Register
    clock: FrozenClock
    pipeline: FakePipeline
    session: Session
    sent: int = field(default=0)

    @property
    def classroom(self) -> Classroom:
        """What is tested."""
        return self.register.classroom

    @property
    def folder(self) -> Path:
        """Where jobs lie."""
        return self.register.settings.data / "Images" / "classroom"

    def upload(self, content: bytes, name: str = "IMG_0001.JPG") -> ClassroomUpload:
        """A file that has arrived."""
        self.sent += 1
        path = self.classroom.inbox / f"{self.sent}.taken"
        path.write_bytes(content)
        return ClassroomUpload(path, name)

    def send(self, *contents: bytes, by: str = "teacher", session: Session | None = None) -> ClassroomJob:
        """Send files in one job."""
        uploads = [self.upload(content, f"{number}.jpg") for number, content in enumerate(contents)]
        return self.classroom.submit(session or self.session, uploads, by=by)

    def read(self, *contents: bytes, by: str = "teacher") -> ClassroomJob:
        """Send files in one job and wait until it is read."""
        return self.settled(self.send(*contents, by=by).id)

    def settled(self, job_id: str) -> ClassroomJob:
        """The job once it neither waits nor is read, and what was sent is deleted."""
        deadline = time.monotonic() + PATIENCE
        while True:
            job = self.classroom.job(job_id)
            is_read = job.state not in (JobState.WAITING, JobState.READING)
            if is_read and not (self.folder / job_id / "uploads").exists():
                return job
            assert time.monotonic() < deadline, f"{job_id} is still {job.state} after {PATIENCE:g} s"
            time.sleep(0.01)

    def student(self, person: int) -> Student:
        """Whose face has this number."""
        return self.register.students.get(str(person))

    def mark_of(self, person: int) -> Mark | None:
        """The mark in the session."""
        return self.register.store.mark(self.session.id, self.student(person).id)

    def files(self) -> set[str]:
        """The names of all files of jobs and uploads."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}

    def pictures(self) -> set[str]:
        """Those of them that may show somebody."""
        return {name for name in self.files() if not name.endswith(".json") and "claim-" not in name}


def enrol(register: Register, person: int, name: str) -> None:
    """Enrol somebody with one photo, under the number of the face."""
    consent = Consent(register.clock.now(), "office", "signed form")
    register.enrolment.enrol(NewStudent(str(person), name), {"1.jpg": photo_of(person)}, consent)


def matches(job: ClassroomJob) -> dict[str, str | None]:
    """What the page sends where nobody changes anything: each match under its name."""
    return {face.key: face.candidates[0].student_id for face in job.faces if face.state is FaceState.MATCH}


def face_at(job: ClassroomJob, picture: int, place: int) -> ClassroomFace:
    """The face at a place of a picture, counted from the left."""
    return sorted(job.pictures[picture].faces, key=lambda face: face.box[0])[place]


def room_photo(*people: int, blend: int = 0) -> bytes:
    """A photo in which these people stand in a row."""
    return room_of(*(photo_of(person, blend=blend) for person in people))


@contextmanager
def open_room(
    folder: Path,
    *,
    clock: FrozenClock | None = None,
    pipeline: FakePipeline | None = None,
    mongodb_uri: str | None = None,
) -> Iterator[Room]:
    """A register in ``folder``; several may be open on the same one, but the first must be made alone."""
    clock = clock or FrozenClock()
    pipeline = pipeline or FakePipeline()
    settings = Settings(
        config=folder / "config",
        models=folder / "models",
        data=folder / "data",
        time_zone=ZoneInfo("Europe/Berlin"),
        mongodb_uri=mongodb_uri,
        secret=None if mongodb_uri is None else SECRET,
    )
    with open_fake_register(settings, clock=clock, pipeline=pipeline) as register:
        if not register.students.all():
            _set_up(register)
        [session] = [each for each in register.store.sessions("2026-11-23") if each.course_id == "physics"]
        yield Room(register, clock, pipeline, session)


def _set_up(register: Register) -> None:
    for person in (COLLINS, JOHNSON, HOPPER):
        enrol(register, person, NAMES[person])
    register.students.add(NewStudent(str(RIDE), NAMES[RIDE]))
    roster = tuple(student.id for student in register.students.all())
    course = Course("physics", "Physics", roster=roster, late_after_minutes=10)
    register.store.add_course(course)
    register.class_sessions.open_now(course.id, by="teacher")
