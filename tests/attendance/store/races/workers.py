"""Runs a race in several threads, or in processes that are reused for all races."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

from attendance.store.protocol import Store
from tests.attendance.store.databases import open_at
from tests.attendance.store.races.alarm_races import ALARM_RACES
from tests.attendance.store.races.check_in_races import CHECK_IN_RACES
from tests.attendance.store.races.class_races import CLASS_RACES
from tests.attendance.store.races.feed_races import FEED_RACES
from tests.attendance.store.races.races import RACES

ALL_RACES = RACES | CLASS_RACES | FEED_RACES | ALARM_RACES | CHECK_IN_RACES
MEETING_WAIT = 60.0  # seconds for all workers to be at the start

_start: list[Barrier] = []  # in a worker process: where the workers meet


def run_in_threads(store: Store, race: str, workers: int) -> list[list[Any]]:
    """What each thread returned, all using one store."""
    start = threading.Barrier(workers)

    def run(worker: int) -> list[Any]:
        start.wait(MEETING_WAIT)
        return ALL_RACES[race].run(store, worker)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


class Workers:
    """Processes that wait for races.

    Args:
        number: how many.
    """

    def __init__(self, number: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._number = number
        self._pool = spawn.Pool(number, initializer=_meet_at, initargs=(spawn.Barrier(number),))

    def run(self, address: str, race: str) -> list[list[Any]]:
        """What each process returned, each with its own store, all opened at the same time."""
        tasks = [(address, race, worker) for worker in range(self._number)]
        return self._pool.starmap_async(_run, tasks, chunksize=1).get(2 * MEETING_WAIT)

    def close(self) -> None:
        self._pool.close()
        self._pool.join()


def _meet_at(start: Barrier) -> None:
    _start.append(start)


def _run(address: str, race: str, worker: int) -> list[Any]:
    _start[0].wait(MEETING_WAIT)
    store = open_at(address)
    try:
        return ALL_RACES[race].run(store, worker)
    finally:
        store.close()
