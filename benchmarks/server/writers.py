"""Measure how long writers of one SQLite register wait: as SQLite has them wait, queued, and sharing commits.

    python -m benchmarks.server.writers [--threads 60] [--processes 4] [--writes 20] [--rounds 3]

Each writer spends one grant after another, the smallest write of a check-in. All begin at the same moment,
first as threads of one process, then as ten threads in each of several. The ways take turns.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.sqlite.writing.shared_writes import Action, Result

THREADS_OF_PROCESS = 10
MEETING_SECONDS = 120.0
WIDTH = 110
WAYS = ("SQLite's own", "queued", "queued, shared")
Waits = list[float]
"""Seconds of each write, with its wait."""


class OwnWaiting:
    """The place of writers as it is without a queue: everybody goes on to SQLite's lock."""

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Go on."""
        del seconds
        yield


class Unshared:
    """Writes with a transaction for each."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def write(self, action: Action[Result]) -> Result:
        """Write alone."""
        with self._connections.writing() as connection:
            return action(connection)


@click.command(help=__doc__)
@click.option("--threads", default=60, show_default=True, type=click.IntRange(min=1))
@click.option("--processes", default=4, show_default=True, type=click.IntRange(min=1))
@click.option("--writes", default=20, show_default=True, type=click.IntRange(min=1), help="Of each thread.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1))
def main(threads: int, processes: int, writes: int, rounds: int) -> None:
    """Measure and print the table."""
    ways_to_meet: dict[str, Callable[[Path, str], Waits]] = {
        f"{threads} threads": partial(_in_threads, threads=threads, writes=writes),
        f"{processes} processes of {THREADS_OF_PROCESS} threads": partial(
            _in_processes, processes=processes, writes=writes
        ),
    }
    table = Table(title=f"A write of many at once, {writes} by each thread; milliseconds")
    for heading in ("writers", "waiting", "p50", "p95", "p99", "longest", "seconds in all", "CPU s"):
        table.add_column(heading, justify="left" if heading in ("writers", "waiting") else "right")
    for name, meet in ways_to_meet.items():
        waits: dict[str, Waits] = {way: [] for way in WAYS}
        seconds, cpu = dict.fromkeys(WAYS, 0.0), dict.fromkeys(WAYS, 0.0)
        for _ in range(rounds):
            for way in WAYS:
                with tempfile.TemporaryDirectory() as folder:
                    begin, used = time.perf_counter(), sum(os.times()[:4])
                    waits[way] += meet(Path(folder) / "register.sqlite3", way)
                    seconds[way] += time.perf_counter() - begin
                    cpu[way] += sum(os.times()[:4]) - used
        for way in WAYS:
            p50, p95, p99, most = np.percentile(waits[way], (50, 95, 99, 100)) * 1000
            times = (f"{each:.0f}" for each in (p50, p95, p99, most))
            table.add_row(name, way, *times, f"{seconds[way] / rounds:.1f}", f"{cpu[way] / rounds:.1f}")
    Console(width=WIDTH).print(table)


def _opened(path: Path, way: str) -> SQLiteStore:
    store = SQLiteStore(path)
    connections = store._connections  # noqa: SLF001
    if way == WAYS[0]:
        connections._writers = OwnWaiting()  # type: ignore[assignment]  # noqa: SLF001
    if way != WAYS[2]:
        connections._shared = Unshared(connections)  # type: ignore[assignment]  # noqa: SLF001
    return store


def _in_threads(path: Path, way: str, *, threads: int, writes: int) -> Waits:
    with closing(_opened(path, way)) as store:
        return _write(store, threading.Barrier(threads), threads, writes, name="")


def _write(
    store: SQLiteStore, start: threading.Barrier | Barrier, threads: int, writes: int, *, name: str
) -> Waits:
    """Seconds of each write of several threads."""
    until = datetime.now(UTC) + timedelta(minutes=5)
    waits: Waits = []

    def work(thread: int) -> None:
        store.spent_on("none")  # opens the thread's connection
        start.wait(MEETING_SECONDS)
        for number in range(writes):
            begin = time.perf_counter()
            store.spend_grant(f"{name}-{thread}-{number}", "photo", until)
            waits.append(time.perf_counter() - begin)

    running = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if len(waits) != threads * writes:
        raise click.ClickException("A writer gave up; measure on a quieter machine, or with fewer writers.")
    return waits


def _in_processes(path: Path, way: str, *, processes: int, writes: int) -> Waits:
    SQLiteStore(path).close()
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(processes * THREADS_OF_PROCESS)
    with spawn.Pool(processes, initializer=_meet_at, initargs=(start,)) as pool:
        tasks = [(path, way, writes, str(number)) for number in range(processes)]
        return [each for waits in pool.starmap(_in_one_process, tasks, chunksize=1) for each in waits]


_start: list[Barrier] = []  # in a child process: where the writers meet


def _meet_at(start: Barrier) -> None:
    _start.append(start)


def _in_one_process(path: Path, way: str, writes: int, name: str) -> Waits:
    with closing(_opened(path, way)) as store:
        return _write(store, _start[0], THREADS_OF_PROCESS, writes, name=name)


if __name__ == "__main__":
    main()
