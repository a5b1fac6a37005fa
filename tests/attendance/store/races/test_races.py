"""Races, on every database: what must happen once happens once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.attendance.store.databases import Place
from tests.attendance.store.races.class_races import MOST_WORKERS
from tests.attendance.store.races.workers import ALL_RACES, Workers, run_in_threads

THREADS = MOST_WORKERS
PROCESSES = 4


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    started = Workers(PROCESSES)
    yield started
    started.close()


@pytest.mark.parametrize("race", ALL_RACES)
def test_threads(race: str, raced_place: Place) -> None:
    with closing(raced_place.open()) as store:
        ALL_RACES[race].prepare(store)
        outcomes = run_in_threads(store, race, THREADS)
        ALL_RACES[race].judge(store, outcomes)


@pytest.mark.parametrize("race", ALL_RACES)
def test_processes(race: str, shared_place: Place, workers: Workers) -> None:
    assert shared_place.address is not None
    with closing(shared_place.open()) as store:
        ALL_RACES[race].prepare(store)
        outcomes = workers.run(shared_place.address, race)
        ALL_RACES[race].judge(store, outcomes)


def test_processes_that_start_at_once_make_one_register(shared_place: Place, workers: Workers) -> None:
    assert shared_place.address is not None
    outcomes = workers.run(shared_place.address, "pin_engine")
    with closing(shared_place.open()) as store:
        ALL_RACES["pin_engine"].judge(store, outcomes)
