"""A database server that keeps its connections and answers nothing, as one whose disk stands still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.mongo.limit_counters import PATIENCE, MongoLimitCounters
from attendance.store.mongo.store import CHECK_SECONDS, MongoStore
from benchmarks.faults.cut_relay import CutRelay
from tests.attendance.store.databases import new_address, started_server
from tests.client.served_app import wait_until

SPARE = 2.0  # seconds, on a busy machine

pytestmark = [pytest.mark.slow, pytest.mark.server]


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[CutRelay]:
    """A relay in front of an empty database."""
    server = started_server("ferretdb", tmp_path / "ferretdb")
    with CutRelay(new_address(server.uri)) as relay:
        yield relay
    server.kill()


def fails_within(seconds: float, ask: Callable[[], object]) -> None:
    began = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="can't be used"):
        ask()
    assert time.monotonic() - began < seconds + SPARE


def works(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except StoreUnavailableError:
        return False
    return True


def test_a_check_and_a_count_fail_before_those_who_ask_give_up(relay: CutRelay) -> None:
    counters = MongoLimitCounters(relay.address, "counts_limits", time.time)
    with closing(MongoStore(relay.address)) as store, closing(counters):
        store.check()
        assert counters.add("photos", 60, 1) == 1
        relay.hang()
        fails_within(CHECK_SECONDS, store.check)
        fails_within(PATIENCE, lambda: counters.add("photos", 60, 1))
        fails_within(PATIENCE, lambda: counters.get("photos"))
        relay.mend()
        wait_until(lambda: works(store.check))
        wait_until(lambda: works(lambda: counters.get("photos")))
