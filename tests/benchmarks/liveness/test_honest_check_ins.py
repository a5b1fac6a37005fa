"""Honest check-ins raise hardly an alarm, and what is odd among made-up ones is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from attendance.store.sqlite.store import SQLiteStore
from attendance.values import AlarmKind
from benchmarks.liveness.honest_check_ins import CLASS, Habits, term
from tests.attendance.new_store import new_store

SESSIONS = 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    opened = new_store(tmp_path / "honest.sqlite3")
    yield opened
    opened.close()


@pytest.mark.parametrize("mobile", [0.0, 0.3])
def test_an_honest_class_raises_one_alarm_at_most(store: SQLiteStore, mobile: float) -> None:
    photos, found = term(store, np.random.default_rng(1), Habits(mobile, lent=0.0), SESSIONS)
    assert photos >= SESSIONS * CLASS
    assert found.total() <= 1


def test_phones_that_are_lent_are_counted(store: SQLiteStore) -> None:
    _photos, found = term(store, np.random.default_rng(1), Habits(0.0, lent=0.2), SESSIONS)
    assert found[AlarmKind.SHARED_PHONE] > 1
