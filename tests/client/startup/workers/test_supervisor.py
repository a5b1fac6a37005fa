"""The supervisor with small real processes in place of servers."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

import pytest

from client.startup.options import Options
from client.startup.workers import supervisor as module
from client.startup.workers.messages import TunnelState
from client.startup.workers.orders import WorkerOrders
from tests.client.served_app import wait_until
from tests.client.startup.workers.team import Team, python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and file descriptors of POSIX")

SERVING = (
    "import json, os, signal, sys; o = json.loads(sys.stdin.readline()); "
    """os.write(o['report'], b'["WorkerServes", {}]\\n'); sys.stdin.read()"""
)
SERVES = python(SERVING)
STAMMERS = python(
    "import json, os, sys, time; w = json.loads(sys.stdin.readline())['report']; "
    """os.write(w, b'nonsense\\n["WorkerSer'); time.sleep(0.1); """
    """os.write(w, b'ves", {}]\\n'); sys.stdin.read()"""
)
NEVER_STOPS = python("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVING)
ENDS_BEFORE = python("import sys; sys.stdin.readline(); sys.exit(3)")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.01))


@pytest.mark.server
def test_the_first_worker_serves_before_the_others_start_and_one_signal_stops_all() -> None:
    team = Team(3, lambda *_: SERVES)
    assert team.run(lambda: wait_until(team.all_serve.is_set)) == 0
    assert team.started == [(0, True), (1, True), (2, True)]
    assert [each.status for each in team.processes] == [-signal.SIGTERM] * 3


@pytest.mark.server
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


@pytest.mark.server
def test_a_worker_that_is_not_understood_serves_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    team = Team(2, lambda *_: STAMMERS)
    assert team.run(lambda: wait_until(team.all_serve.is_set)) == 0
    assert caplog.text.count("What a server process said is not understood") == 2


@pytest.mark.server
def test_a_worker_that_can_not_start_again_does_not_end_the_others() -> None:
    team = Team(2, lambda number, times: ENDS_BEFORE if number == 0 and times in (2, 3) else SERVES)

    def kill_first() -> None:
        wait_until(team.all_serve.is_set)
        team.processes[0].stop(signal.SIGKILL)
        wait_until(lambda: sum(number == 0 for number, _ in team.started) == 4 and team.processes[-1].serves)

    assert team.run(kill_first) == 0


@pytest.mark.server
def test_a_first_worker_that_never_serves_ends_the_program_with_its_status() -> None:
    team = Team(2, lambda *_: ENDS_BEFORE)
    assert team.run() == 3
    assert team.started == [(0, True)]


@pytest.mark.server
def test_what_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    team = Team(2, lambda number, _: NEVER_STOPS if number else SERVES)
    began = time.monotonic()
    assert team.run(lambda: wait_until(team.all_serve.is_set)) == 0
    assert {each.status for each in team.processes} == {-signal.SIGTERM, -signal.SIGKILL}
    assert time.monotonic() - began < 30


def test_orders_arrive_as_they_were_given() -> None:
    options = Options("127.0.0.1", 8443, cert=Path("a b.pem"), data=Path("/data"), workers=3, demo=True)
    tunnel = TunnelState(4, may_forward=True, url="https://class.example", known=("198.51.100.4",))
    orders = WorkerOrders(options, "./run", (3, 5), 7, "key", announces=True, tunnel=tunnel)
    assert WorkerOrders.from_line(orders.to_line()) == orders


@pytest.mark.server
def test_a_worker_that_the_system_can_not_start_now_is_started_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def command(number: int, times: int) -> list[str]:
        if (number, times) == (1, 2):
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        return SERVES

    team = Team(2, command)

    def kill() -> None:
        wait_until(team.all_serve.is_set)
        team.processes[1].stop(signal.SIGKILL)
        wait_until(lambda: len(team.processes) == 3 and team.processes[2].serves)

    assert team.run(kill) == 0
    assert team.processes[0].status == -signal.SIGTERM  # it served all the time
    assert "Server process 2 of 2 ended (Cannot allocate memory)" in caplog.text
