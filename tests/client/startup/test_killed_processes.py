"""Four app processes on one database server are killed in a rush: no mark is lost, and none is doubled."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Lock

import pytest

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, LivenessMode, MarkStatus
from client.problems.refusals import RequestProblem
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import PEOPLE, photo_of
from tests.attendance.store.databases import new_address, started_server
from tests.client.app_process import settings_in, start_app
from tests.client.served_app import wait_until
from tests.client.visitor import Visitor

GRANT = re.compile(r'name="grant" value="([^"]+)"')
PROCESSES, COURSES = 4, 4
AT_ONCE = 12  # phones
MOST_TRIES = 2000  # of one phone; a port without a process refuses at once
TRY_AGAIN = (RequestProblem.BUSY.value, RequestProblem.STORE_AWAY.value)
PRESENT = MarkStatus.PRESENT

pytestmark = pytest.mark.slow


class RunningProcesses:
    """Processes that come and go, as a person's phone reaches them through a proxy.

    Args:
        folder: of the processes.
        mongodb_uri: of their register.
    """

    def __init__(self, folder: Path, mongodb_uri: str) -> None:
        self._folder, self._uri = folder, mongodb_uri
        self._running = [self._started() for _ in range(PROCESSES)]
        self._ports = [self._port_of(process) for process in self._running]
        self._turn, self._lock = itertools.count(), Lock()

    def any_port(self) -> int:
        """The port of one process after the other, also of those that are gone."""
        with self._lock:
            return self._ports[next(self._turn) % PROCESSES]

    def kill(self, *numbers: int) -> None:
        """Kill some without a chance to clean up, then start others in their place."""
        for number in numbers:
            self._running[number].kill()
            self._running[number].communicate()
            self._running[number] = self._started()
        for number in numbers:
            self._ports[number] = self._port_of(self._running[number])

    def close(self) -> None:
        """End all."""
        for process in self._running:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        return start_app(self._folder, mongodb_uri=self._uri)

    @staticmethod
    def _port_of(process: subprocess.Popen[str]) -> int:
        assert process.stdout is not None
        return int(process.stdout.readline())


@pytest.fixture(scope="module")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database on a FerretDB of its own."""
    server = started_server("ferretdb", tmp_path_factory.mktemp("ferretdb"))
    yield new_address(server.uri)
    server.kill()


@pytest.fixture(scope="module")
def register(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The processes' register, with all whom the fake networks know in each course."""
    with open_fake_register(settings_in(tmp_path_factory.mktemp("office"), mongodb_uri)) as opened:
        consent = Consent(given_at=opened.clock.now(), recorded_by="office", how="signed form")
        rolls = [str(number) for number in range(1, PEOPLE + 1)]
        for person, roll in enumerate(rolls):
            opened.enrolment.enrol(NewStudent(roll, f"Student {roll}"), {"1.png": photo_of(person)}, consent)
        for number in range(COURSES):
            opened.courses.add(f"Course {number}", roster=rolls, liveness=LivenessMode.OFF, static_code=True)
        yield opened


@pytest.fixture
def site(mongodb_uri: str, register: Register, tmp_path: Path) -> Iterator[RunningProcesses]:
    """The processes, whose register is complete."""
    started = RunningProcesses(tmp_path, mongodb_uri)
    yield started
    started.close()


def check_in(site: RunningProcesses, path: str, photo: bytes) -> tuple[str, int]:
    """Scan, and send the same photo until a process answers; the verdict's code, and how many failed."""
    visitor, grant = Visitor(), ""
    for tries in range(MOST_TRIES):
        visitor.ports = (site.any_port(),)
        try:
            if not grant:
                found = GRANT.search(visitor.get(0, path))
                assert found is not None
                grant = found[1]
            code = visitor.submit(0, grant, photo)
        except (OSError, HTTPException):
            continue  # as the page does when the connection breaks
        if code not in TRY_AGAIN:
            return code, tries
    raise AssertionError("no process answered")


def test_no_acknowledged_mark_is_lost_and_none_is_doubled(site: RunningProcesses, register: Register) -> None:
    courses = [course for course in register.courses.all() if course.roster]
    sessions = [register.class_sessions.open_now(course.id, by="teacher") for course in courses]
    paths = [f"/s/{register.entrances.static_address(session)}" for session in sessions]
    photos = [photo_of(person) for person in range(PEOPLE)]
    with ThreadPoolExecutor(AT_ONCE) as phones:
        waiting = [phones.submit(check_in, site, path, photo) for photo in photos for path in paths]
        wait_until(lambda: sum(each.done() for each in waiting) >= len(waiting) / 3)
        site.kill(0, 1)
        outcomes = [each.result() for each in waiting]
    assert len(outcomes) == PEOPLE * COURSES
    assert {code for code, _ in outcomes} <= {"present", "already_present"}
    assert sum(tries for _, tries in outcomes) > 0, "nobody noticed that processes were killed"
    for session in sessions:
        marks = register.store.marks(session.id)
        assert len(marks) == PEOPLE
        assert {(mark.status, mark.version, len(mark.history)) for mark in marks} == {(PRESENT, 1, 1)}
