"""The process ends in time, whatever its threads are doing."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from client.startup.stop_deadline import SECONDS, StopDeadline

ROOT = Path(__file__).resolve().parents[3]
LONGEST_STOP = 15.0
SOON = 1.0  # seconds, instead of those that running responses have


def test_it_ends_the_process_once_with_the_status() -> None:
    ended = queue.Queue[int]()
    deadline = StopDeadline(0.0, ended.put)
    deadline.status = 1
    deadline.begin()
    deadline.begin()
    assert ended.get(timeout=30) == 1
    assert ended.empty()


def test_it_ends_the_process_where_no_thread_can_be_started_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = queue.Queue[int]()
    deadline = StopDeadline(0.0, ended.put)

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    deadline.begin()
    assert ended.get(timeout=30) == 0


def test_the_time_fits_into_the_longest_stop() -> None:
    assert SECONDS < LONGEST_STOP


def test_before_stopping_begins_nothing_is_ended() -> None:
    ended = queue.Queue[int]()
    StopDeadline(0.0, ended.put)
    assert ended.empty()


def test_a_signal_before_the_server_runs_interrupts_and_begins() -> None:
    ended = queue.Queue[int]()
    deadline = StopDeadline(0.0, ended.put)
    with pytest.raises(KeyboardInterrupt):
        deadline.interrupt(signal.SIGTERM, None)
    assert ended.get(timeout=30) == 0


@pytest.mark.server
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_sigterm_ends_a_server_of_which_a_request_never_ends() -> None:
    command = [sys.executable, "-m", "tests.client.startup.stuck_server", str(SOON)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET /stuck HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert process.stdout.readline() == "stuck\n"
            began = time.monotonic()
            process.terminate()
            assert process.wait(60) == 0
    assert SOON <= time.monotonic() - began <= LONGEST_STOP
