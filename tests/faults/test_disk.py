"""A disk that is full, read-only or slow, or a database that others lock, in the middle of a check-in."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.fake_pipeline import burst_beside
from tests.client.conftest import PAGE, Phone
from tests.client.signed_in import SignedIn

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
Fault = Callable[[SQLiteStore], AbstractContextManager[None]]


@contextmanager
def no_space(store: SQLiteStore) -> Iterator[None]:
    """No file can be written, as on a disk that has taken all it can."""
    del store
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(store: SQLiteStore) -> Iterator[None]:
    """Nothing may be written; root may, so the connection says so instead of the file's mode."""
    with store._connections.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        with store._connections.reading() as connection:
            connection.execute("PRAGMA query_only = OFF")


@contextmanager
def locked(store: SQLiteStore) -> Iterator[None]:
    """Another program has locked the database for longer than anybody waits."""
    with store._connections.reading() as connection:
        connection.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(store._connections.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


FAULTS: dict[Fault, str] = {
    no_space: "check its free space",
    read_only: "It is read-only",
    locked: "Another program has locked it",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_in_is_not_acknowledged_and_goes_on_when_the_fault_ends(
    phone: Phone, store: SQLiteStore, register: Register, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    phone.client.application.testing = False
    session = register.sessions.today()
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())
    with fault(store):
        answer = phone.submit(photo, burst=burst)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "store_away")
        assert answer.get_json()["message"] == "Nothing is lost. Wait a few seconds, then try again."
        assert int(answer.headers["Retry-After"]) >= 1
        assert store.marks(session.id) == []
    assert FAULTS[fault] in caplog.text
    assert [phone.submit(photo, burst=burst).get_json()["code"] for _ in range(2)] == ["present"] * 2
    [mark] = store.marks(session.id)
    assert (mark.version, len(mark.history)) == (1, 1)
    assert register.audit.verify().is_clean


@pytest.mark.parametrize("fault", FAULTS)
def test_a_teacher_reads_on_and_monitoring_is_told(
    app: Flask, teacher: SignedIn, store: SQLiteStore, register: Register, fault: Fault
) -> None:
    app.testing = False
    board = f"/teach/sessions/{register.sessions.today().id}/board"
    assert teacher.get(board).status_code == 200
    with fault(store):
        assert teacher.get(board, headers={"Accept": PAGE}).status_code == 200
        health = teacher.get("/healthz")
        assert (health.status_code, health.get_json()["status"]) == (503, "store_away")
    assert teacher.get("/healthz").get_json()["status"] == "ok"


def test_a_check_in_waits_for_a_program_that_writes_for_a_moment(
    app: Flask, phone: Phone, settings: Settings, register: Register
) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())
    codes: list[str] = []
    with closing(sqlite3.connect(settings.data / "attendance.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sending = threading.Thread(
            target=lambda: codes.append(phone.submit(photo, burst=burst).get_json()["code"])
        )
        sending.start()
        other.execute("ROLLBACK")
        sending.join()
    assert codes == ["present"]


def test_a_photo_for_review_that_can_not_be_stored_is_not_acknowledged_as_stored(
    app: Flask, phone: Phone, store: Store, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture helps whoever decides; the review is in the register all the same."""
    app.testing = False

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    phone.scan()
    photo = phone.doubtful()
    burst = burst_beside(photo, phone.asked())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code = phone.submit(photo, burst=burst).get_json()["code"]
    assert code == "needs_review"
    assert len(register.reviews.held()) == 1
    assert not [path for path in (register.settings.data / "Images").rglob("*") if path.suffix == ".part"]


@pytest.mark.parametrize("students", [0, 2], ids=["new", "used"])
def test_a_start_on_a_disk_without_space_is_a_sentence_and_a_later_one_works(
    tmp_path: Path, store: SQLiteStore, register: Register, students: int
) -> None:
    path = store._connections.path if students else tmp_path / "other.sqlite3"
    register.close()
    with no_space(store), pytest.raises(StoreUnavailableError, match="check its free space"):
        SQLiteStore(path)
    with closing(SQLiteStore(path)) as opened:
        assert len(opened.students()) == students
