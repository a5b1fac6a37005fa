"""Measure everything of a check-in that is not vision: the database, Python, and the request itself.

    python -m benchmarks.server.bookkeeping [--students 1000] [--rounds 200]

A pipeline without networks sees the same face on each photo of 1280x960, so what is left is what a check-in
needs besides it: ``CheckIn.submit``, and in Flask's test client the phone's page, compressed, and the whole
``POST /capture``, with a photo of 47 kB and a device's name. Each check-in gives a mark in a session of its
own, in an SQLite register in a temporary folder, with the daily lists, as a server has them. Besides medians
it counts the statements, and the transactions that write, each of which waits for the disk.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from secrets import token_bytes, token_hex
from statistics import median

import click
from flask import Flask
from rich.console import Console
from rich.table import Table

from attendance.clock import SystemClock
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import VerdictStatus
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Consent, LivenessMode, Session, Student, Template
from benchmarks.apparatus.fixed_pipeline import (
    DETECTOR,
    ENGINE,
    FixedEngines,
    FixedPipeline,
    random_embeddings,
)
from client import create_app
from client.web.services import signatures_of
from face_detection.runtime.callers_thread import compute_in_callers_thread
from face_matching.thresholds import policy_for

WARM_UP = 10
PHOTO_BYTES = 47_000
WIDTH = 110
Act = Callable[[], None]


class Bookkeeping:
    """A site with many students, the first of whom is on every photo.

    Args:
        folder: an empty folder.
        students: how many.
    """

    def __init__(self, folder: Path, students: int) -> None:
        compute_in_callers_thread()  # as where networks are
        self.store = SQLiteStore(folder / FILE_NAME)
        rows = random_embeddings(students)
        settings = Settings.from_env({"ATTENDANCE_DATA": str(folder)})
        engines = FixedEngines(FixedPipeline(rows[0]))
        self.register = Register(settings, self.store, SystemClock(), engines=engines, policy=policy_for)
        now = self.register.clock.now()
        consent = Consent(given_at=now, recorded_by="benchmark", how="no person")
        for number in range(students):
            self.store.add_student(
                Student(f"s{number}", f"{number:05}", f"Student {number}", consent=consent)
            )
        self.store.add_templates(
            [
                Template(f"t{number}", f"s{number}", ENGINE, DETECTOR, row, "0" * 64, 1.0, now)
                for number, row in enumerate(rows)
            ]
        )
        self._today = self.register.sessions.today()
        course = self.register.sessions.course_of(self._today)
        off = replace(course, liveness=LivenessMode.OFF, version=course.version + 1)
        assert self.store.replace_course(off)
        self._app: Flask = create_app(settings, register=self.register)
        self._client = self._app.test_client()
        self._photo = token_bytes(PHOTO_BYTES)

    def submit(self) -> Act:
        """The next check-in by ``CheckIn.submit``."""
        session, photo = self._session(), self._photo
        until = self.register.clock.now() + timedelta(minutes=5)
        attempt = Attempt.of(token_hex(8), photo, device=token_hex(8), expires_at=until)
        submission = Submission(photo, circumstances=Circumstances(has_camera=False))

        def act() -> None:
            verdict = self.register.check_in.submit(session, submission, attempt)
            assert verdict.status is VerdictStatus.PRESENT

        return act

    def post(self) -> Act:
        """The next check-in by ``POST /capture``."""
        grant = signatures_of(self._app).new_grant(self._session().id, self.register.clock.now())
        form = {"image": (BytesIO(self._photo), "photo.jpg"), "device": token_hex(8)}
        send = partial(self._client.post, f"/capture?grant={grant}", data=form)

        def act() -> None:
            assert send(headers={"Accept": "application/json"}).status_code == HTTPStatus.OK

        return act

    def page(self) -> Act:
        """The phone's page behind the next code."""
        address = self.register.entrances.address(self._session())
        open_page = partial(self._app.test_client().get, f"/s/{address}")

        def act() -> None:
            assert open_page(headers={"Accept-Encoding": "gzip"}).status_code == HTTPStatus.OK

        return act

    def _session(self) -> Session:
        name = token_hex(8)
        session = replace(self._today, id=f"{self._today.id}|{name}", token=name)
        self.store.add_session(session)
        return session


@dataclass
class BookedTimes:
    """What one way of checking in took.

    Attributes:
        seconds: of each check-in.
        cpu: seconds of this thread's processor time, likewise.
        statements: of one check-in.
    """

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@click.command(help=__doc__)
@click.option("--students", default=1000, show_default=True, type=click.IntRange(min=20))
@click.option("--rounds", default=200, show_default=True, type=click.IntRange(min=1))
def main(students: int, rounds: int) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        site = Bookkeeping(Path(folder), students)
        ways = {"GET /s/": site.page, "CheckIn.submit": site.submit, "POST /capture": site.post}
        measured = {name: BookedTimes() for name in ways}
        for number in range(WARM_UP + rounds):
            for name, way in ways.items():
                _once(site, way(), measured[name] if number >= WARM_UP else BookedTimes())
        for name, way in ways.items():
            measured[name].statements = _statements(site, way())
        site.register.close()
    Console(width=WIDTH).print(_table(measured, students))


def _once(site: Bookkeeping, act: Act, own: BookedTimes) -> None:
    site.register.alarms.wait()
    gc.collect()
    begin, cpu = time.perf_counter(), time.thread_time()
    act()
    own.cpu.append(time.thread_time() - cpu)
    own.seconds.append(time.perf_counter() - begin)


def _statements(site: Bookkeeping, act: Act) -> list[str]:
    """What one check-in asks the database."""
    statements: list[str] = []
    site.register.alarms.wait()
    with site.store._connections.reading() as connection:  # noqa: SLF001 - this thread's own
        connection.set_trace_callback(statements.append)
    act()
    connection.set_trace_callback(None)
    return statements


def _table(measured: dict[str, BookedTimes], students: int) -> Table:
    table = Table(title=f"A check-in without vision, {students} students")
    for heading in ("", "median ms", "slowest ms", "CPU ms", "statements", "transactions that write"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, own in measured.items():
        count = Counter(own.statements)
        table.add_row(
            name,
            f"{median(own.seconds) * 1000:.2f}",
            f"{max(own.seconds) * 1000:.1f}",
            f"{median(own.cpu) * 1000:.2f}",
            str(len(own.statements)),
            str(count["BEGIN IMMEDIATE"]),
        )
    return table


if __name__ == "__main__":
    main()
