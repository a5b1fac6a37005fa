"""Writes of one moment share a transaction: each returns after the commit, and fails alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError, StudentNotFoundError
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten
from tests.attendance.store.builders import NOON, answer, fill, mark, trace

UNTIL = NOON + timedelta(minutes=10)


def meet(store: SQLiteStore, *writes: Callable[[], object]) -> list[Future[object]]:
    """Let writes wait behind another one, in this order, until all wait; each is done then."""
    shared = store._connections._shared
    with ThreadPoolExecutor(len(writes)) as threads:
        futures = []
        with store._connections.writing():
            for number, write in enumerate(writes, 1):
                futures.append(threads.submit(write))
                while len(shared._waiting) < number:
                    threading.Event().wait(0.001)
    return futures


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attendance.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as opened:
        fill(opened)
        yield opened


def record(store: SQLiteStore, student_id: str) -> Callable[[], CheckInWritten]:
    """A check-in of a student."""
    grant = f"grant of {student_id}"
    own = answer(grant, answer={"code": "present", "student_id": student_id})
    check_in = CheckInRecord(own, UNTIL, mark(student_id), trace(grant, student_id=student_id))
    return lambda: store.record_check_in(check_in)


def commits_of(store: SQLiteStore) -> list[str]:
    """The commits that any connection makes from now on."""
    commits: list[str] = []
    begin = store._connections._leases.begin_use

    def traced(*, writes: bool) -> sqlite3.Connection:
        connection = begin(writes=writes)
        connection.set_trace_callback(
            lambda statement: commits.append(statement) if statement == "COMMIT" else None
        )
        return connection

    store._connections._leases.begin_use = traced  # type: ignore[method-assign]
    return commits


def test_writes_that_wait_together_are_committed_once(store: SQLiteStore) -> None:
    commits = commits_of(store)
    writes = meet(store, record(store, "s1"), record(store, "s2"))
    assert [each.result().has_mark for each in writes] == [True, True]  # type: ignore[attr-defined]
    assert len(commits) == 2  # that of whom they waited for, and theirs
    assert len(store.marks(mark("s1").session_id)) == 2


def test_one_that_fails_takes_nothing_of_the_others_along(store: SQLiteStore) -> None:
    gone, there = meet(store, record(store, "nobody"), record(store, "s1"))
    assert isinstance(gone.exception(), StudentNotFoundError)
    assert there.result() is not None
    assert store.spent_on("grant of nobody") is None
    assert store.spent_on("grant of s1") == answer().digest


def test_if_the_transaction_fails_each_gets_an_error_and_nothing_is_written(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def failing() -> Iterator[sqlite3.Connection]:
        with store._connections.writing() as connection:
            yield connection
            raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(store._connections._shared, "_writing", failing)
    first, second = meet(store, record(store, "s1"), record(store, "s2"))
    errors = [first.exception(), second.exception()]
    assert [type(each) for each in errors] == [StoreUnavailableError] * 2
    assert errors[0] is not errors[1]
    assert store.marks(mark("s1").session_id) == []


def test_the_same_grant_in_one_transaction_is_spent_once(store: SQLiteStore) -> None:
    spend = [lambda digest=digest: store.spend_grant("g", digest, UNTIL) for digest in ("one", "other")]
    assert [each.result() for each in meet(store, *spend)] == ["one", "one"]
