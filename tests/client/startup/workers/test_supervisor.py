"""The supervisor with small real processes in place of servers."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from client.startup.network import EVERYWHERE
from client.startup.options import Options
from client.startup.workers import supervisor as module
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.supervisor import Supervisor
from client.startup.workers.worker_process import WorkerProcess
from tests.client.served_app import wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and file descriptors of POSIX")

SERVES = (
    "import json, os, signal, sys; o = json.loads(sys.stdin.readline()); os.write(o['report'], b'1'); "
    "sys.stdin.read()"
)
NEVER_STOPS = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVES
ENDS_BEFORE = "import sys; sys.stdin.readline(); sys.exit(3)"


class Team:
    """What a supervisor has started, and the supervisor, which runs in the main thread."""

    def __init__(self, count: int, code: Callable[[int, int], str]) -> None:
        self.started: list[tuple[int, bool]] = []
        self.processes: list[WorkerProcess] = []
        self.all_serve = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._code = code
        self._supervisor = Supervisor(
            self._start, count, on_serving=self.all_serve.set, listeners=[self.listener]
        )

    def _start(self, number: int, is_first: bool) -> WorkerProcess:  # noqa: FBT001 - as the supervisor calls it
        self.started.append((number, is_first))
        orders = WorkerOrders(Options(EVERYWHERE, 0), "run", (self.listener.fileno(),), -1, "key", is_first)
        times = sum(each == number for each, _ in self.started)
        command = [sys.executable, "-S", "-c", self._code(number, times)]
        process = WorkerProcess(orders, os.environ, command)
        self.processes.append(process)
        return process

    def run(self, meanwhile: Callable[[], None] | None = None) -> int:
        """Run the supervisor; with something to do beside it, until that is done and Ctrl-C is pressed."""
        if meanwhile is None:
            with self.listener:
                return self._supervisor.run()

        def act() -> None:
            try:
                meanwhile()
            finally:
                os.kill(os.getpid(), signal.SIGINT)

        beside = threading.Thread(target=act)
        beside.start()
        try:
            with self.listener:
                return self._supervisor.run()
        finally:
            beside.join()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.01))


def test_the_first_worker_serves_before_the_others_start_and_one_signal_stops_all() -> None:
    team = Team(3, lambda *_: SERVES)
    assert team.run(lambda: wait_until(team.all_serve.is_set)) == 0
    assert team.started == [(0, True), (1, True), (2, True)]
    assert [each.status for each in team.processes] == [-signal.SIGTERM] * 3


def test_a_worker_that_dies_is_replaced_again_and_again(caplog: pytest.LogCaptureFixture) -> None:
    team = Team(2, lambda *_: SERVES)

    def kill_twice() -> None:
        wait_until(team.all_serve.is_set)
        for already in (2, 3):
            wait_until(lambda already=already: len(team.processes) == already and team.processes[-1].serves)  # type: ignore[misc]
            team.processes[-1].stop(signal.SIGKILL)
        wait_until(lambda: len(team.started) == 4)

    assert team.run(kill_twice) == 0
    assert team.started[2:] == [(1, False), (1, False)]
    assert caplog.text.count("Server process 2 of 2 ended (SIGKILL)") == 2


def test_a_worker_that_can_not_start_again_does_not_end_the_others() -> None:
    team = Team(2, lambda number, times: ENDS_BEFORE if number == 0 and times in (2, 3) else SERVES)

    def kill_first() -> None:
        wait_until(team.all_serve.is_set)
        team.processes[0].stop(signal.SIGKILL)
        wait_until(lambda: sum(number == 0 for number, _ in team.started) == 4 and team.processes[-1].serves)

    assert team.run(kill_first) == 0


def test_a_first_worker_that_never_serves_ends_the_program_with_its_status() -> None:
    team = Team(2, lambda *_: ENDS_BEFORE)
    assert team.run() == 3
    assert team.started == [(0, True)]


def test_what_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    team = Team(2, lambda number, _: NEVER_STOPS if number else SERVES)
    began = time.monotonic()
    assert team.run(lambda: wait_until(team.all_serve.is_set)) == 0
    assert {each.status for each in team.processes} == {-signal.SIGTERM, -signal.SIGKILL}
    assert time.monotonic() - began < 30


def test_orders_arrive_as_they_were_given() -> None:
    options = Options("127.0.0.1", 8443, cert=Path("a b.pem"), data=Path("/data"), workers=3, demo=True)
    orders = WorkerOrders(options, "./run", (3, 5), 7, "key", announces=True)
    assert WorkerOrders.from_line(orders.to_line()) == orders


def test_a_worker_that_the_system_can_not_start_now_is_started_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def code(number: int, times: int) -> str:
        if (number, times) == (1, 2):
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        return SERVES

    team = Team(2, code)

    def kill() -> None:
        wait_until(team.all_serve.is_set)
        team.processes[1].stop(signal.SIGKILL)
        wait_until(lambda: len(team.processes) == 3 and team.processes[2].serves)

    assert team.run(kill) == 0
    assert team.processes[0].status == -signal.SIGTERM  # it served all the time
    assert "Server process 2 of 2 ended (Cannot allocate memory)" in caplog.text
