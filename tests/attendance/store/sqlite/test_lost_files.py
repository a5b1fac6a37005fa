"""The register's files are deleted, moved or replaced at work: nothing is acknowledged then."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.sqlite.connecting import leases
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.store.builders import fill, mark, student

SESSION = "general|2025-11-21"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no open files")


def log_of(path: Path, ending: str = "-wal") -> Path:
    return path.with_name(path.name + ending)


def delete_file(path: Path) -> None:
    path.unlink()


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace_with_empty_file(path: Path) -> None:
    path.unlink()
    path.touch()


def replace_with_a_backup(path: Path) -> None:
    with closing(SQLiteStore(path.with_name("other.sqlite3"))) as other:
        fill(other)
    path.with_name("other.sqlite3").replace(path)


@pytest.fixture(autouse=True)
def looking_at_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "LOOK_SECONDS", 0.0)


LOSSES = (delete_file, delete_folder, move_folder, replace_with_empty_file, replace_with_a_backup)


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_is_written_or_read_where_the_register_was(
    store: SQLiteStore, path: Path, lose: Callable[[Path], None]
) -> None:
    lose(path)
    what = "another file has taken the place" if path.exists() else "was deleted or moved"
    for use in (lambda: store.insert_mark(mark("s1")), store.students, store.check):
        with pytest.raises(StoreUnavailableError, match=what):
            use()


def test_a_thread_that_begins_later_does_not_make_an_empty_register(store: SQLiteStore, path: Path) -> None:
    path.unlink()
    refused = list[StoreUnavailableError]()

    def ask() -> None:
        try:
            store.students()
        except StoreUnavailableError as error:
            refused.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert len(refused) == 1
    assert not path.exists()


def test_what_is_lost_during_the_write_is_not_acknowledged(store: SQLiteStore, path: Path) -> None:
    def lose_it_meanwhile() -> None:
        with store._connections.writing() as connection:
            connection.execute("UPDATE gallery SET version = version + 1")
            path.unlink()

    with pytest.raises(StoreUnavailableError, match="was deleted"):
        lose_it_meanwhile()


def test_when_the_same_file_is_back_it_is_used_again(store: SQLiteStore, path: Path) -> None:
    store.insert_mark(mark("s1"))
    away = path.parent.with_name("elsewhere")
    path.parent.rename(away)
    with pytest.raises(StoreUnavailableError):
        store.insert_mark(mark("s2"))
    away.rename(path.parent)
    assert store.insert_mark(mark("s2"))
    with closing(SQLiteStore(path)) as other:
        assert [each.student_id for each in other.marks(SESSION)] == ["s1", "s2"]


@pytest.mark.parametrize("endings", [("-wal",), ("-shm",), ("-wal", "-shm")])
def test_what_was_in_a_removed_log_is_kept(store: SQLiteStore, path: Path, endings: tuple[str, ...]) -> None:
    store.insert_mark(mark("s1"))
    for ending in endings:
        log_of(path, ending).unlink()
    store.check()
    assert store.insert_mark(mark("s2"))
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT student_id FROM marks ORDER BY 1").fetchall() == [("s1",), ("s2",)]
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_threads_that_use_a_removed_log_together_lose_nothing(store: SQLiteStore, path: Path) -> None:
    for number in range(8):
        store.add_student(student(f"t{number}"))
    ready = threading.Barrier(8)

    def write(number: int) -> None:
        store.students()
        if ready.wait(30) == 0:
            log_of(path).unlink()
        ready.wait(30)
        store.insert_mark(mark(f"t{number}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(SQLiteStore(path)) as other:
        assert len(other.marks(SESSION)) == 8


def test_the_log_of_another_program_is_not_written_over(store: SQLiteStore, path: Path) -> None:
    store.insert_mark(mark("s1"))
    log_of(path).unlink()
    log_of(path).write_bytes(b"another")
    with pytest.raises(StoreUnavailableError, match="-wal or -shm"):
        store.insert_mark(mark("s2"))
    assert log_of(path).read_bytes() == b"another"


def test_connections_that_all_ended_begin_with_new_logs(store: SQLiteStore) -> None:
    store._connections._leases.before_fork()
    store._connections._leases.after_fork_in_parent()
    assert store.insert_mark(mark("s1"))
