"""The real program with several processes: one port, one welcome, one stop, and the dead are replaced."""

from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.served_app import wait_until
from tests.client.starting import READY, Program, Start, program

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="processes that share a socket"),
    pytest.mark.slow,
]
TOGETHER = "2 processes serve together."


@pytest.fixture
def start(tmp_path: Path, models: Path) -> Start:
    return functools.partial(program, tmp_path, models, "--workers", "2")


@pytest.fixture
def server(start: Start) -> Iterator[Program]:
    with start("--host", "127.0.0.1") as running:
        running.wait_for(TOGETHER)
        yield running


def workers_of(server: Program) -> list[int]:
    """The numbers of the processes that the program has started itself."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("ascii")
    return [int(each) for each in children.split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads who started whom from /proc")
def test_two_processes_serve_one_port_and_one_that_dies_is_replaced(server: Program) -> None:
    assert server.printed.count(READY) == 1
    first, second = workers_of(server)
    codes = {server.typed_code() for _ in range(12)}  # only with the key, which both know
    assert 1 <= len(codes) <= 2, "the code changes every few seconds, and both show the same"
    os.kill(second, signal.SIGKILL)
    wait_until(lambda: len(workers_of(server)) == 2 and second not in workers_of(server))
    wait_until(lambda: "Server process 2 of 2 ended (SIGKILL)" in server.errors)
    assert all(server.get("/healthz")[0] == 200 for _ in range(6))
    assert first in workers_of(server)
    running = workers_of(server)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 15
    assert not any(is_running(each) for each in running)
    assert "Fatal" not in server.errors
    assert server.printed.count(READY) == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads who started whom from /proc")
def test_workers_end_with_a_supervisor_that_was_killed(server: Program) -> None:
    running = workers_of(server)
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(is_running(each) for each in running), 30)


def test_a_first_process_that_can_not_start_ends_all(start: Start, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "attendance.sqlite3").write_bytes(b"no database at all" * 100)
    with start() as server:
        assert server.process.wait(60) == 1
        server.wait_for("not a database")
        assert "Traceback" not in server.errors
