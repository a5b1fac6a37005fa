"""The real program with several processes and one tunnel, of a stand-in for ngrok's agent."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from attendance.open_register import open_register
from attendance.settings.settings import Settings
from attendance.values import Role
from tests.client.served_app import wait_until
from tests.client.signed_in import PASSWORD
from tests.client.starting import READY, Program, Start, program
from tests.client.visitor import Visitor

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads who started whom from /proc"),
    pytest.mark.slow,
]
AGENT = str(Path(__file__).parents[2] / "ngrok_stand_in.py")
TOGETHER = "2 processes serve together."
URL = "https://stand-in.ngrok-free.app"


@pytest.fixture
def start(tmp_path: Path, models: Path) -> Start:
    return functools.partial(
        program,
        tmp_path,
        models,
        *("--workers", "2", "--host", "127.0.0.1"),
        PYNGROK_NGROK_PATH=AGENT,
        NGROK_AUTHTOKEN="a-token",
        NGROK_STAND_IN_CALLS=str(tmp_path / "calls"),
    )


def children(server: Program, name: str) -> list[int]:
    """The processes with a name in their command line that the program has started itself."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    found = [int(each) for thread in threads for each in _text(thread).split()]
    return sorted(each for each in found if name in _command(each))


def _command(pid: int) -> str:
    return _text(Path(f"/proc/{pid}/cmdline"))


def _text(path: Path) -> str:
    """What a file says of a process or thread; nothing once that has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return path.read_text("utf-8")
    return ""


def workers(server: Program) -> list[int]:
    return children(server, "workers.worker")


def agents(server: Program) -> list[int]:
    return children(server, AGENT)


@contextlib.contextmanager
def alone(server: Program, pid: int) -> Iterator[None]:
    """While the other workers sleep, only this one can answer."""
    others = [each for each in workers(server) if each != pid]
    for each in others:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in others:
            os.kill(each, signal.SIGCONT)


def shown(server: Program, pid: int) -> bool:
    """Whether the page that this worker shows on the wall has the public address."""
    with alone(server, pid):
        return "stand-in.ngrok-free.app/c<" in server.get(server.wall)[1]


def test_one_agent_for_all_whichever_of_them_dies(start: Start, tmp_path: Path) -> None:
    with start("--public") as server:
        server.wait_for(TOGETHER)
        assert server.printed.count(READY) == 1
        assert server.address("On the internet") == URL
        first, second = workers(server)
        assert shown(server, first)
        assert shown(server, second)
        (agent,) = agents(server)
        os.kill(first, signal.SIGKILL)  # it had asked for the tunnel
        wait_until(lambda: len(workers(server)) == 2 and first not in workers(server))
        (replacement,) = set(workers(server)) - {second}
        assert shown(server, replacement)
        assert agents(server) == [agent]
        assert server.stop() == 0
        assert not _command(agent)
        assert "ngrok" not in server.printed.partition(READY)[2], "its end is no news"
        calls = (tmp_path / "calls").read_text("utf-8").splitlines()
        assert sum(each.startswith("start") for each in calls) == 1


def test_what_the_agent_refuses_is_said_once_and_phones_nearby_check_in(start: Start) -> None:
    with start("--public", NGROK_STAND_IN="plan_limit") as server:
        server.wait_for(TOGETHER)
        assert server.sentences.count("Your ngrok plan doesn't allow another agent") == 1
        assert server.sentences.count("Phones on the local network can still check in.") == 1
        assert "On the internet" not in server.printed
        assert agents(server) == []
        assert [shown(server, each) for each in workers(server)] == [False, False]
        assert server.get("/healthz")[0] == 200


def test_a_program_that_is_stopped_while_the_agent_says_nothing_ends(start: Start) -> None:
    with start("--public", NGROK_STAND_IN="silent") as server:
        server.wait_for("Requesting a public address")
        wait_until(lambda: len(agents(server)) == 1)
        (agent,) = agents(server)
        assert server.stop(signal.SIGTERM) == 0
        wait_until(lambda: not _command(agent))


def test_an_admin_switches_it_at_any_of_them(start: Start, tmp_path: Path) -> None:
    folders = {"ATTENDANCE_DATA": str(tmp_path / "data"), "ATTENDANCE_CONFIG": str(tmp_path / "config")}
    with open_register(Settings.from_env(folders)) as register:
        register.accounts.add("admin", "The admin", Role.ADMIN, password=PASSWORD)
    with start() as server:
        server.wait_for(TOGETHER)
        assert "On the internet" not in server.printed
        browser = Visitor(urlsplit(server.address()).port or 0)
        browser.post(0, "/login", username="admin", password=PASSWORD)
        first, second = workers(server)
        assert "Switch the tunnel on" in browser.get(0, "/teach/")
        with alone(server, second):
            assert "Switch the tunnel on" in browser.get(0, "/teach/")
        browser.post(0, "/teach/tunnel/on")
        assert len(agents(server)) == 1
        for each in (first, second):
            with alone(server, each):
                page = browser.get(0, "/teach/")
                assert URL in page
                assert "Switch the tunnel off" in page
        browser.post(0, "/teach/tunnel/off")
        assert agents(server) == []
        for each in (first, second):
            with alone(server, each):
                assert "Switch the tunnel on" in browser.get(0, "/teach/")
