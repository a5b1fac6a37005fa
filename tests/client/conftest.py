"""Fixtures that let a test read as what a student with a phone does."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from attendance.accounts.passwords import Passwords
from attendance.errors import SessionNotFoundError, StoreUnavailableError
from attendance.files.shared_counters import SIZE
from attendance.liveness.asked_movement import asked_turns
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Consent, Role, User
from client import create_app
from client.problems.refusals import RefusedError
from client.web.grants import Signatures
from client.web.limits.shared_limits import FILE_NAME
from client.web.services import the_register
from client.web.visitors.grant_binding import COOKIE as GRANT_COOKIE
from client.web.visitors.grant_binding import PLACES
from client.web.visitors.this_computer import COOKIE as HERE
from client.web.visitors.this_computer import here_cookie
from face_detection.liveness.values import Turn
from face_detection.problems import PhotoProblem
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_bursts import SentBurst
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FULL_BLEND, FakePipeline, burst_beside, fake_policy, photo_of
from tests.attendance.filled_store import fill_once
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.site import COLLINS, HOPPER, STRANGER, ZONE
from tests.client.signed_in import PASSWORD, SignedIn, SignIn

NINE_O_TWO = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)  # 9:02 at the site
SECRET = "a secret of thirty-two characters"  # of this test's site, and of no other
LATE_AFTER = time(9, 45)
JSON = "application/json"
PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"
Parts = list[tuple[str, object]]
FACES = {"Eileen Collins": COLLINS, "Grace Hopper": HOPPER, "a stranger": STRANGER}


class Phone:
    """A phone: it scans codes, takes photos and sends them.

    Args:
        app: what it talks to.
        signatures: for grants of other sessions.
        wall: gives what the code on the wall says now.
    """

    def __init__(self, app: Flask, signatures: Signatures, wall: Callable[[], str]) -> None:
        self.client = app.test_client()
        self.signatures = signatures
        self.wall = wall
        self.grant = ""

    @property
    def url(self) -> str:
        """What the code on the wall says now."""
        return self.wall()

    def scan(self, url: str | None = None) -> TestResponse:
        """Open the page behind the code."""
        page = self.client.get(url or self.url, headers={"Accept": PAGE})
        found = re.search(r'name="grant" value="([^"]*)"', page.text)
        self.grant = found.group(1) if found else ""
        return page

    def another(self) -> Phone:
        """Another phone with the same page open."""
        other = Phone(self.client.application, self.signatures, self.wall)
        other.grant = self.grant
        return other

    def another_tab(self) -> Phone:
        """Another tab of this phone's browser, with the same page open."""
        other = self.another()
        for place in range(PLACES):
            if (kept := self.client.get_cookie(f"{GRANT_COOKIE}_{place:x}")) is not None:
                other.client.set_cookie(kept.key, kept.value)
        return other

    def face(self, name: str, take: int = 0) -> bytes:
        """A photo of somebody; another take has other bytes."""
        return photo_of(FACES[name], side=64 + take)

    def doubtful(self) -> bytes:
        """A photo that is like Eileen Collins, and not like enough."""
        return photo_of(COLLINS, blend=FULL_BLEND)

    def flawed(self, problem: PhotoProblem) -> bytes:
        """A photo that won't do."""
        return photo_of(COLLINS, problem=problem)

    def submit(
        self,
        photo: bytes,
        *,
        as_json: bool = True,
        grant: str | None = None,
        device: str | None = None,
        burst: SentBurst | None = None,
    ) -> TestResponse:
        """Send a photo, as the page's script does or as the plain form does.

        The student moves as the page asked, unless ``burst`` says what was sent instead.
        """
        grant = self.grant if grant is None else grant
        parts: Parts = [] if device is None else [("device", device)]
        parts += self.movement(photo, grant, burst)
        return self._post(f"/capture?grant={quote(grant)}", parts, photo, as_json=as_json)

    def movement(self, photo: bytes, grant: str | None = None, burst: SentBurst | None = None) -> Parts:
        """The parts of a form that show the movement; whoever is on the photo moves as asked."""
        burst = burst_beside(photo, self.asked(grant)) if burst is None else burst
        if not burst.frames:
            return []
        frames: Parts = [("frames", FileStorage(io.BytesIO(frame), "frame.jpg")) for frame in burst.frames]
        return [*frames, ("taken", ",".join(map(str, burst.taken)))]

    def asked(self, grant: str | None = None) -> tuple[Turn, ...]:
        """The movements that the page asks for; none under what is no grant."""
        try:
            held = self.signatures.read_signed_grant(self.grant if grant is None else grant)
            with self.client.application.app_context():
                session = the_register().sessions.get(held.session_id)
                count = the_register().sessions.course_of(session).movements
        except (RefusedError, SessionNotFoundError):
            return ()
        return asked_turns(session, held.id, held.opened_at, count)

    def not_me(self, claim: str, photo: bytes | None = None, *, as_json: bool = True) -> TestResponse:
        """Say that the name is somebody else's."""
        return self._post(f"/not-me?claim={quote(claim)}", [], photo, as_json=as_json)

    def post(self, path: str, parts: Parts, *, as_json: bool = True) -> TestResponse:
        """Send a form of any parts, in memory."""
        boundary, body = encode_multipart(MultiDict(parts))
        return self.client.post(
            path,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Accept": JSON if as_json else PAGE},
        )

    def _post(self, path: str, parts: Parts, photo: bytes | None, *, as_json: bool) -> TestResponse:
        if photo is not None:
            parts.append(("image", FileStorage(io.BytesIO(photo), "photo.jpg")))
        return self.post(path, parts, as_json=as_json)


@pytest.fixture
def clock() -> FrozenClock:
    """Stands at 9:02 of a Monday in November at the site."""
    return FrozenClock(NINE_O_TWO)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a site in Berlin whose class begins at 9:45."""
    return Settings(
        config=tmp_path / "config",
        models=tmp_path / "models",
        data=tmp_path / "data",
        secret=SECRET,
        time_zone=ZONE,
        late_after=LATE_AFTER,
    )


def enrol(register: Register, roll_number: str, name: str, photo: bytes) -> None:
    """Enrol one more student with one photo."""
    consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
    register.enrolment.enrol(NewStudent(roll_number, name), {"1.png": photo}, consent)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The register's database, a real one."""
    opened = new_store(settings.data / "attendance.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def engines(store: Store) -> FakeEngines:
    """What the register reads photos with."""
    return FakeEngines(store, FakePipeline())


@pytest.fixture
def register(settings: Settings, store: Store, clock: FrozenClock, engines: FakeEngines) -> Register:
    """A register with Eileen Collins and Grace Hopper enrolled."""
    opened = Register(settings, store, clock, engines=engines, policy=fake_policy, passwords=Passwords(CHEAP))

    def enrol_two() -> None:
        enrol(opened, "1", "Eileen Collins", photo_of(COLLINS))
        enrol(opened, "2", "Grace Hopper", photo_of(HOPPER))

    fill_once(store, ("two students", clock.now()), enrol_two)
    engines.pipeline()  # which enrolling loads
    return opened


def make_counters(data: Path) -> None:
    """Make the file of the counters that limit requests; the server writes its zeros, three million."""
    path = data / FILE_NAME
    path.touch(0o600)
    os.truncate(path, SIZE)


class BrowserHere(FlaskClient):
    """A browser on the server's own computer, which has opened an address that the terminal shows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_cookie(HERE, here_cookie(self.application))


@pytest.fixture
def app(register: Register) -> Flask:
    """The app of a site without a tunnel."""
    make_counters(register.settings.data)
    app = create_app(register=register)
    app.test_client_class = BrowserHere
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Any browser on the teacher's own machine."""
    return app.test_client()


@pytest.fixture
def phone(app: Flask, register: Register) -> Phone:
    """The phone of a student in front of the code."""
    return Phone(
        app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(register.sessions.today())}"
    )


@pytest.fixture
def sign_in(app: Flask, register: Register) -> SignIn:
    """Somebody in front of a browser on the server's own machine: ``sign_in(role=Role.ADMIN)``."""

    def come(user: User | None = None, *, role: Role = Role.TEACHER, enrols: bool = False) -> SignedIn:
        if user is None:
            number = len(register.accounts.all()) + 1
            name = f"User {number}"
            user = register.accounts.add(f"user{number}", name, role, password=PASSWORD, enrols=enrols)
        return SignedIn(app, user)

    return come


@pytest.fixture
def teacher(sign_in: SignIn) -> SignedIn:
    """A teacher who is logged in."""
    return sign_in(role=Role.TEACHER)


@pytest.fixture
def enroller(sign_in: SignIn) -> SignedIn:
    """A teacher with the right to enrol, who is logged in."""
    return sign_in(role=Role.TEACHER, enrols=True)


@pytest.fixture
def admin(sign_in: SignIn) -> SignedIn:
    """An admin who is logged in."""
    return sign_in(role=Role.ADMIN)


class AwayStore:
    """A database that can't be reached, whatever is asked."""

    name = "mongodb"

    def __getattr__(self, question: str) -> Any:
        def away(*_: object, **__: object) -> None:
            raise StoreUnavailableError(f"{question}: no answer within 5 s")

        return away


@pytest.fixture
def away(settings: Settings, clock: FrozenClock) -> Flask:
    """The app of a site whose database is away."""
    store = cast("Store", AwayStore())
    engines = FakeEngines(store, FakePipeline())
    return create_app(register=Register(settings, store, clock, engines=engines, policy=fake_policy))
