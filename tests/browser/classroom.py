"""A course of five students, served for real on a clock that can be moved on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import cv2
import numpy as np
from flask import Flask
from playwright.sync_api import Page

from attendance.clock import whole_milliseconds
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent, Course, LivenessMode, Role, Session
from client import create_app
from tests.client.served_app import serving
from tests.client.signed_in import PASSWORD, TOKEN

COLLINS = "Eileen Collins"
HOPPER = "Grace Hopper"
NEUTRAL = ("Student One", "Student Two", "Student Three", "Student Four", "Student Five")
LATE_AFTER = 10  # minutes
NOON = 12  # of today, so that no session of these tests meets midnight


@dataclass
class MovedClock:
    """The computer's clock, on a day and at an hour of the test's choice."""

    ahead: timedelta = field(default_factory=lambda: _until_noon(datetime.now(UTC)))

    def now(self) -> datetime:
        """See ``attendance.clock.Clock``."""
        return whole_milliseconds(datetime.now(UTC) + self.ahead)

    def running(self) -> float:
        """See ``attendance.clock.Clock``."""
        return time.monotonic() + self.ahead.total_seconds()

    def advance(self, **span: float) -> None:
        """Go on by a ``timedelta`` of these parts."""
        self.ahead += timedelta(**span)


@dataclass(frozen=True)
class Classroom:
    """What a test of the teacher's pages needs to know of the site.

    Attributes:
        register: the site's.
        clock: which it lives by.
        app: what is served.
        course: Physics, with all students on its roster.
        base: the server's address.
    """

    register: Register
    clock: MovedClock
    app: Flask
    course: Course
    base: str

    def student_id(self, name: str) -> str:
        """Of the student of this name."""
        return next(one.id for one in self.register.students.all() if one.name == name)

    def session(self) -> Session:
        """The session of the course that is open."""
        found = self.register.class_sessions.open_of(self.course.id)
        assert found is not None
        return found

    def set_up_admin(self, page: Page) -> None:
        """Through the link that the start prints, as a person does; logs in."""
        token = self.register.first_admin.new_link()
        page.goto(f"{self.base}/setup/{token}")
        page.get_by_label("Your name").fill("The admin")
        page.get_by_label("Username").fill(Role.ADMIN.value)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        page.get_by_role("button", name="Set up").click()
        page.get_by_role("button", name="Later").click()  # no second factor now
        page.wait_for_url("**/teach/")

    def log_in(self, page: Page, role: Role) -> None:
        """Send what the form of the login sends, and open no page; test_account_looks.py types it."""
        token = TOKEN.search(page.request.get(f"{self.base}/login").text())
        assert token is not None
        form = {"csrf_token": token[1], "username": role.value, "password": PASSWORD}
        answer = page.request.post(f"{self.base}/login", form=form, max_redirects=0)
        assert answer.status == HTTPStatus.SEE_OTHER, answer.text()


@contextlib.contextmanager
def classroom_in(
    folder: Path,
    models: Path,
    *,
    portrait: bytes | None = None,
    names: Sequence[str] = NEUTRAL,
    clock: MovedClock | None = None,
    liveness: LivenessMode = LivenessMode.OFF,
) -> Iterator[Classroom]:
    """Serve a site from a folder for as long as the block lasts.

    Args:
        folder: takes everything that the site writes,
        models: but the networks, which are kept here.
        portrait: a photo of the first student; None leaves everybody without a face.
        names: of the students, whose roll numbers are 1, 2, and so on.
        clock: None means noon of today, so that no session meets midnight.
        liveness: of the course; off, because nobody moves in most films.
    """
    settings = Settings(
        config=folder / "config",
        models=models,
        data=folder / "data",
        engine="dlib",
        detector="mtcnn",
        room_photos="on",
        live_camera=True,
    )
    clock = clock or MovedClock()
    with open_register(settings, clock=clock) as register:
        for number, name in enumerate(names, 1):
            register.students.add(NewStudent(str(number), name))
        if portrait:
            consent = Consent(given_at=clock.now(), recorded_by="office", how="signed form")
            register.enrolment.enrol(NewStudent("1", names[0]), {"1.jpg": portrait}, consent)
        register.accounts.add(Role.TEACHER.value, "The teacher", Role.TEACHER, password=PASSWORD, enrols=True)
        course = register.courses.add(
            "Physics",
            roster=[student.roll_number for student in register.students.all()],
            late_after_minutes=LATE_AFTER,
            liveness=liveness,
        )
        app = create_app(register=register)
        with serving(app) as port:
            yield Classroom(register, clock, app, course, f"http://127.0.0.1:{port}")


def read_code(page: Page) -> str:
    """What a phone's camera reads from the code on this projector page."""
    page.locator("#code").evaluate("image => image.decode()")  # the picture that was put there last
    shot = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert shot is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(shot)
    assert text, "no code can be read from the projector page"
    return text


def _until_noon(now: datetime) -> timedelta:
    local = now.astimezone()
    return local.replace(hour=NOON, minute=0, second=0, microsecond=0) - local


@contextlib.contextmanager
def open_class_in(
    folder: Path, models: Path, portrait: bytes, *, liveness: LivenessMode = LivenessMode.OFF
) -> Iterator[Classroom]:
    """A course of three whose session is open; Eileen Collins is enrolled."""
    names = (COLLINS, HOPPER, "Student Three")
    with classroom_in(folder, models, portrait=portrait, names=names, liveness=liveness) as room:
        room.register.class_sessions.open_now(room.course.id, by="teacher")
        yield room
