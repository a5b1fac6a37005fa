"""Counters of rate limits that machines share, on each server with MongoDB's protocol."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from attendance.errors import StoreUnavailableError
from attendance.store.mongo import limit_counters
from attendance.store.mongo.limit_counters import COUNTS, MongoLimitCounters
from tests.attendance.store.conftest import AT_ONCE
from tests.attendance.store.databases import MongoPlace

ON_SERVERS = [kind for kind in AT_ONCE if kind != "sqlite"]
DATABASE = "school_limits"
BEGINNING = 1_700_000_000.0

pytestmark = pytest.mark.server


class Now:
    """A clock that stands."""

    def __init__(self) -> None:
        self.seconds = BEGINNING

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def machines(mongo_place: MongoPlace, now: Now) -> Iterator[tuple[MongoLimitCounters, MongoLimitCounters]]:
    """Two machines of a site."""
    both = tuple(MongoLimitCounters(mongo_place.address, DATABASE, now) for _ in range(2))
    both[0].reset()
    yield both[0], both[1]
    for each in both:
        each.close()


Machines = tuple[MongoLimitCounters, MongoLimitCounters]


def test_both_count_together(machines: Machines) -> None:
    one, other = machines
    assert [one.add("a", 60, 1), other.add("a", 60, 2), one.add("b", 60, 1)] == [1, 3, 1]
    assert one.get("a") == other.get("a") == (3, BEGINNING + 60)
    other.clear("a")
    assert one.get("a") == (0, BEGINNING)
    other.reset()
    assert one.get("b") == (0, BEGINNING)


def test_a_counter_begins_anew_after_its_lifetime(machines: Machines, now: Now) -> None:
    one, other = machines
    one.add("a", 60, 5)
    now.seconds += 59
    assert other.add("a", 60, 1) == 6
    now.seconds += 1
    assert other.get("a") == (0, BEGINNING + 60)
    assert other.add("a", 60, 1) == 1
    assert one.get("a") == (1, BEGINNING + 120)


@pytest.mark.parametrize("mongo_place", ON_SERVERS, indirect=True)
def test_many_threads_lose_no_count(machines: Machines, now: Now) -> None:
    def count(number: int) -> int:
        return machines[number % 2].add("a", 60, 1)

    for _ in range(3):  # the first begins the counter, the others find an expired one
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(count, range(100)))
        assert machines[0].get("a")[0] == 100
        now.seconds += 60


def test_what_expired_is_deleted_and_no_key_is_stored(
    machines: Machines, now: Now, mongo_place: MongoPlace
) -> None:
    one, other = machines
    for number in range(5):
        one.add(f"192.0.2.{number}", 60, 1)
    one.add("192.0.2.9\udcff", 600, 1)  # what no text in a database can be
    now.seconds += 60
    other.add("b", 60, 1)  # the first count of a process deletes what expired
    client: MongoClient[Any] = MongoClient(mongo_place.address)
    with client:
        stored = list(client[DATABASE][COUNTS].find())
    assert len(stored) == 2
    assert "192.0.2" not in str(stored)


def test_a_server_that_is_away_is_an_error_of_the_register(now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit_counters, "PATIENCE", 0.05)
    counters = MongoLimitCounters("mongodb://127.0.0.1:9/", DATABASE, now)  # the discard port
    for use in (lambda: counters.add("a", 60, 1), lambda: counters.get("a"), counters.reset):
        with pytest.raises(StoreUnavailableError):
            use()
    counters.close()
