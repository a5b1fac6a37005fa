"""A class whose faces are patches of colour, served for real: each state of a face can be had at will."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from attendance.people.new_student import NewStudent
from attendance.settings.settings import Settings
from attendance.values import Consent, LivenessMode, Role
from client import create_app
from face_detection.classroom_photo import ClassroomProbe
from face_detection.problems import PhotoProblem
from face_detection.runtime.progress import Progress, silent
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import FULL_BLEND, FakePipeline, FakeRoom, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.browser.classroom import COLLINS as COLLINS_NAME
from tests.browser.classroom import HOPPER as HOPPER_NAME
from tests.browser.classroom import NEUTRAL, Classroom, MovedClock
from tests.client.served_app import serving
from tests.client.signed_in import PASSWORD

FACE = 120  # pixels of a face
COLLINS_FACE = photo_of(COLLINS, side=FACE)
DOUBTFUL_HOPPER = photo_of(HOPPER, side=FACE, blend=FULL_BLEND)
STRANGERS_FACE = photo_of(STRANGER, side=FACE)
TURNED_FACE = photo_of(COLLINS, side=FACE, problem=PhotoProblem.TURNED_AWAY)
EACH_STATE = room_of(COLLINS_FACE, DOUBTFUL_HOPPER, STRANGERS_FACE, TURNED_FACE)
"""One face that is recognised, one to confirm, one unknown, and one that can't be compared."""
READING_SECONDS = 600.0  # at most, that a test lets a photo be read


class GatedRoom(FakeRoom):
    """Reads a photo once the gate is open.

    Attributes:
        gate: open at first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()
        self.gate.set()

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """As ever, behind the gate."""
        progress("finding", 0, 1)
        self.gate.wait(READING_SECONDS)
        return super().read(data, progress=progress)


@contextlib.contextmanager
def drawn_classroom_in(
    folder: Path,
    room: FakeRoom | None = None,
    *,
    names: Sequence[str] = (COLLINS_NAME, HOPPER_NAME, *NEUTRAL[2:]),
    clock: MovedClock | None = None,
) -> Iterator[Classroom]:
    """Serve a course of five, two of them with a face, for as long as the block lasts.

    Args:
        folder: takes everything that the site writes.
        room: reads photos of the room.
        names: of the students; the first two have faces.
        clock: None means noon of today.
    """
    settings = Settings(config=folder / "config", models=folder / "models", data=folder / "data")
    clock, pipeline = clock or MovedClock(), FakePipeline()
    pipeline.room = room or GatedRoom()
    with open_fake_register(settings, clock=clock, pipeline=pipeline) as register:
        for number, name in enumerate(names, 1):
            register.students.add(NewStudent(str(number), name))
        consent = Consent(given_at=clock.now(), recorded_by="office", how="signed form")
        for roll_number, person in (("1", COLLINS), ("2", HOPPER)):
            register.enrolment.enrol(NewStudent(roll_number), {"1.png": photo_of(person)}, consent)
        register.accounts.add(Role.TEACHER.value, "The teacher", Role.TEACHER, password=PASSWORD, enrols=True)
        roll_numbers = [student.roll_number for student in register.students.all()]
        course = register.courses.add("Physics", roster=roll_numbers, liveness=LivenessMode.OFF)
        register.class_sessions.open_now(course.id, by=register.accounts.all()[0].id)
        app = create_app(register=register)
        with serving(app) as port:
            yield Classroom(register, clock, app, course, f"http://127.0.0.1:{port}")
