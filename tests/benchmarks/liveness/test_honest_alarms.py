"""Honest check-ins raise hardly any alarm, and a phone that was lent does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from attendance.store.protocol import Store
from benchmarks.liveness.honest_check_ins import Habits, term
from tests.attendance.new_store import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "honest.sqlite3")
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_500_honest_check_ins_raise_at_most_one_alarm(store: Store) -> None:
    photos, found = term(store, np.random.default_rng(3), Habits(mobile=0.1, lent=0.0), sessions=10)
    assert photos >= 500
    assert found.total() <= 1


@pytest.mark.slow
def test_phones_that_go_round_are_noticed(store: Store) -> None:
    _photos, found = term(store, np.random.default_rng(4), Habits(mobile=0.0, lent=0.2), sessions=1)
    assert found["shared_phone"] >= 1
