"""The agent of a killed server is ended before the next one starts; nobody else's process is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client.serving.tunnel.leftover_agent import FILE, LeftoverAgent, _command_of
from tests.client.served_app import wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="Windows doesn't tell whose command a process runs"),
]
ROOT = Path(__file__).parents[4]
AGENT = Path(__file__).parents[2] / "ngrok_stand_in.py"
PATIENCE = 120.0  # seconds at most for what takes one or two
NOBODY = 2**22 + 1  # above the largest number of a process
WAITS = "import sys, time; print('ready', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
)
# A server that opens a tunnel, says which process its agent is, and is killed.
KILLED = """
import json, os, signal, sys
from pathlib import Path
from client.serving.tunnel.tunnel import Tunnel
tunnel = Tunnel("2abcTOKEN", Path(sys.argv[1]), notify=print, agent=sys.argv[2], start_seconds=60)
tunnel.open("http://127.0.0.1:8080")
print(json.loads((Path(sys.argv[1]) / "ngrok.pid").read_text())["agent"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "ngrok.yml"


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that has the words on its command line, and waits."""
    started: list[subprocess.Popen[str]] = []

    def run(*words: str, program: str = WAITS) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def started_with(config: Path) -> list[str]:
    """The words with which pyngrok starts an agent."""
    return ["start", "--none", "--log", "stdout", "--config", str(config)]


def noted(config: Path, *, agent: int, server: int) -> LeftoverAgent:
    config.with_name(FILE).write_text(json.dumps({"agent": agent, "server": server}))
    return LeftoverAgent(config)


def test_the_agent_of_a_killed_server_is_ended(config: Path, start: Start) -> None:
    agent = start(*started_with(config))
    noted(config, agent=agent.pid, server=NOBODY).end()
    assert agent.wait(PATIENCE) == -signal.SIGTERM
    assert not config.with_name(FILE).exists()


def test_an_agent_that_does_not_stop_is_killed(
    config: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.serving.tunnel.leftover_agent.END_SECONDS", 0.2)
    agent = start(*started_with(config), program=STUBBORN)
    noted(config, agent=agent.pid, server=NOBODY).end()
    assert agent.wait(PATIENCE) == -signal.SIGKILL


def test_the_agent_of_a_server_that_runs_is_left_alone(config: Path, start: Start) -> None:
    agent = start(*started_with(config))
    leftover = LeftoverAgent(config)
    leftover.note(agent.pid)
    leftover.end()
    time.sleep(0.1)
    assert agent.poll() is None
    leftover.forget()
    leftover.forget()
    assert not config.with_name(FILE).exists()


@pytest.mark.parametrize(
    "words",
    [
        ["start", "--none", "--config", "/home/someone/ngrok.yml"],
        ["start", "--none", "--config", "{config}.bak"],
        ["start", "--none", "--config", "/srv{config}"],
        ["edit", "{config}"],
        ["check", "--config", "{config}"],
    ],
    ids=" ".join,
)
def test_another_program_with_its_number_is_left_alone(config: Path, start: Start, words: list[str]) -> None:
    other = start(*(each.format(config=config) for each in words))
    noted(config, agent=other.pid, server=NOBODY).end()
    time.sleep(0.1)
    assert other.poll() is None


@pytest.mark.parametrize("number", [0, -1, 1, 2**31, 2**64, True])
def test_a_number_that_no_agent_can_have_ends_nothing(config: Path, number: int) -> None:
    noted(config, agent=number, server=NOBODY).end()
    noted(config, agent=NOBODY, server=number).end()


def test_a_server_does_not_forget_the_agent_of_another_one(config: Path) -> None:
    other = noted(config, agent=NOBODY, server=1)
    other.forget()
    assert config.with_name(FILE).exists()


@pytest.mark.parametrize(
    "text",
    [
        *("", "no JSON", "[]", "{}", '{"agent": "x", "server": 1}', '{"agent": null}'),
        *('{"agent": Infinity, "server": 1}', '{"agent": 1, "server": 1e999}', "[" * 100_000),
    ],
    ids=lambda text: text[:40],
)
def test_a_damaged_note_is_no_note(config: Path, text: str) -> None:
    config.with_name(FILE).write_text(text)
    LeftoverAgent(config).end()
    LeftoverAgent(config.parent / "no" / "folder" / "ngrok.yml").note(1)


def test_a_killed_servers_tunnel_does_not_stop_the_next_ones(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(AGENT)]
    environment = {**os.environ, "NGROK_STAND_IN": "ok"}
    first, second = (
        subprocess.run(  # the agent keeps standard error open
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (-signal.SIGKILL, -signal.SIGKILL)
    assert _command_of(int(first.stdout)) == ""
    assert _command_of(int(second.stdout)) != ""
    LeftoverAgent(tmp_path / "ngrok.yml").end()
    wait_until(lambda: _command_of(int(second.stdout)) == "", seconds=PATIENCE)
