"""A throwaway site in this process, without limits on rates, and what other software sends it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from attendance.accounts.api_tokens import Scope
from attendance.clock import SystemClock
from attendance.recognition.engines import Engines
from attendance.register import Register
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.values import (
    Consent,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    Role,
    Session,
    Student,
    Template,
)
from benchmarks.apparatus.fixed_pipeline import (
    DETECTOR,
    ENGINE,
    FixedEngines,
    FixedPipeline,
    random_embeddings,
)
from benchmarks.hostile.faceless_pipeline import FacelessPipeline
from benchmarks.hostile.visitors import PASSWORD, USERNAME, HostileOffice, HostilePhone
from client import create_app
from client.web.limits.shared_limits import FILE_NAME as COUNTERS
from face_matching.thresholds import policy_for

STUDENTS = 3
OPEN_MINUTES = 240
ORIGIN = "https://localhost"  # over plain http only this computer may log in


class HostileSite:
    """A site whose register has a course, students, a session and a mark, and nobody who limits requests.

    The counters of limits are in memory, because their file can't be made, and are emptied before each input:
    otherwise the limits would answer from the third input on.

    Args:
        folder: an empty folder.

    Attributes:
        folder: the same; kinds may have folders of their own in it.
        register, app: of the site.
        session, student: an open session, and a student who is marked in it.
        token: of other software, with all scopes.
        phone, office: somebody in front of the code on the wall; an admin's browser.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = Settings(data=folder / "data", models=folder / "models", config=folder / "config")
        (settings.data / COUNTERS).mkdir(parents=True)
        engines = FixedEngines(cast("FixedPipeline", FacelessPipeline()))
        self.register = Register(
            settings,
            open_sealed_store(settings),
            SystemClock(),
            engines=cast("Engines", engines),
            policy=policy_for,
        )
        self.student = self._enrolled()
        self.session = self._open_session()
        self.token = self.register.api_tokens.make(
            "hostile", [scope.value for scope in Scope], by="admin"
        ).text
        self.register.accounts.add(USERNAME, "The admin", Role.ADMIN, password=PASSWORD, enrols=True)
        self.app: Flask = create_app(register=self.register)
        self._numbers = itertools.count()
        self._thread, self._runner = ThreadPoolExecutor(1), asyncio.Runner()
        self.phone = HostilePhone(self.ask, self.app.test_client(), lambda: self.address)
        self.office = HostileOffice(self.ask, self.app.test_client())

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.register.settings.data

    @property
    def address(self) -> str:
        """The path in the code on the wall."""
        return f"/s/{self.register.entrances.address(self.session)}"

    def close(self) -> None:
        """Close the register, and the event loop."""
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
        self.register.close()

    def in_a_loop(self, talk: Coroutine[Any, Any, int]) -> int:
        """Run something asynchronous in a thread of its own: in this one a browser driver's loop may run."""
        return self._thread.submit(self._runner.run, talk).result()

    def forget_limits(self) -> None:
        """Empty the counters of limits."""
        self.app.extensions["phone_limiter"].reset()

    def ask(
        self,
        client: FlaskClient,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **options: object,
    ) -> TestResponse:
        """Send a request from an address that nobody had before, after forgetting what was counted."""
        self.forget_limits()
        number = next(self._numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return client.open(
            path,
            ORIGIN,
            method=method,
            headers={"Referer": f"{ORIGIN}/", **(headers or {})},
            environ_overrides={"REMOTE_ADDR": address},
            **options,  # type: ignore[arg-type]
        )

    def read(self, path: str, headers: Mapping[str, str]) -> int:
        """The status for a request with any headers, some of which Flask's client would not send."""
        self.forget_limits()
        environ = EnvironBuilder(path=path, base_url=ORIGIN).get_environ()
        names = {"Content-Length": "CONTENT_LENGTH", "Content-Type": "CONTENT_TYPE"}
        for name, value in headers.items():
            environ[names.get(name, f"HTTP_{name.upper().replace('-', '_')}")] = value
        return int(run_wsgi_app(self.app, environ, buffered=True)[1].split(" ")[0])

    def software(self, method: str, path: str, **options: object) -> TestResponse:
        """Send a request with the token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.ask(self.app.test_client(use_cookies=False), method, path, headers=headers, **options)

    def _enrolled(self) -> Student:
        register, now = self.register, self.register.clock.now()
        consent = Consent(given_at=now, recorded_by="benchmark", how="no person")
        students = [Student(f"s{n}", f"{n:05}", f"Student {n}", consent=consent) for n in range(STUDENTS)]
        for student in students:
            register.store.add_student(student)
        register.store.add_templates(
            [
                Template(f"t{n}", f"s{n}", ENGINE, DETECTOR, row, "0" * 64, 1.0, now)
                for n, row in enumerate(random_embeddings(STUDENTS))
            ]
        )
        return students[0]

    def _open_session(self) -> Session:
        register = self.register
        course = register.courses.add("Physics", roster=[f"{n:05}" for n in range(STUDENTS)])
        session = register.class_sessions.open_now(course.id, by="admin", minutes=OPEN_MINUTES)
        at = register.clock.now()
        event = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "student")
        mark = Mark(
            session.id, self.student.id, MarkStatus.PRESENT, MarkMethod.FACE, at, 0.7, history=(event,)
        )
        register.store.insert_marks([mark])
        return session
