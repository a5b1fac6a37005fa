"""What the soak breaks, on processes and a database that are not the server's."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.onlookers import WatchedPages
from benchmarks.rush.results import Machine, result_of
from benchmarks.soak import faults as module
from benchmarks.soak.__main__ import share_served
from benchmarks.soak.faults import Faults
from tests.client.served_app import wait_until
from tests.client.serving.loops import in_a_loop

SUPERVISOR = (
    "import subprocess, sys, time\n"
    "start = lambda: subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "workers = [start(), start()]\n"
    "print('ready', flush=True)\n"
    "while True:\n"
    "    workers = [one if one.poll() is None else start() for one in workers]\n"
    "    time.sleep(0.02)\n"
)


@pytest.fixture
def supervisor() -> Iterator[int]:
    """A program that keeps two workers."""
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            for one in psutil.Process(process.pid).children():
                one.kill()
            process.kill()


@pytest.mark.server
def test_each_thing_breaks_in_turn_and_is_whole_afterwards(
    supervisor: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCKED_SECONDS", 0.01)
    monkeypatch.setattr(module, "PAUSED_SECONDS", 0.01)
    database = tmp_path / "attendance.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE marks (id)")
    before = {worker.pid for worker in psutil.Process(supervisor).children()}
    breaking = Faults(supervisor, database, 0.1)

    async def soak() -> None:
        task = asyncio.create_task(breaking.go_on())
        await asyncio.to_thread(wait_until, lambda: breaking.happened["worker paused"] > 0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    in_a_loop(soak())
    assert set(breaking.happened) == {"worker killed", "register locked", "worker paused"}
    after = psutil.Process(supervisor).children()
    assert {worker.pid for worker in after} != before
    assert not any(worker.status() == psutil.STATUS_STOPPED for worker in after)
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        connection.execute("INSERT INTO marks VALUES (1)")


def test_who_saw_a_refusal_or_no_answer_was_not_served() -> None:
    arrivals = Arrivals("soak", 4, 1, Promise(1, 10))
    nobody = result_of(arrivals, [], WatchedPages(), Machine(None, 0.0, None, None))
    result = replace(nobody, phones=4, turned_away=1, codes={"present": 3, "gave_up": 1})
    assert share_served(result) == 0.5
