"""The SQLite register's file, connections and errors."""

from __future__ import annotations

import errno
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import IO

import psutil
import pytest

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.sqlite.schema import MIGRATIONS
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.store.builders import fill, mark, photo_job, portrait, student, template

ROOT = Path(__file__).resolve().parents[4]


def open_files(path: Path) -> int:
    return sum(Path(each.path) == path for each in psutil.Process().open_files())


def test_it_is_named_for_people(store: SQLiteStore) -> None:
    assert store.name == "sqlite"
    store.check()


def test_a_check_finds_a_full_disk_though_a_small_write_succeeds(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**where: object) -> IO[bytes]:
        assert where == {"dir": path.parent}
        raise OSError(errno.ENOSPC, "No space left on device")

    store.check()
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StoreUnavailableError, match=r"No space left on device. Free some space"):
        store.check()


def test_a_check_finds_that_nothing_can_be_written(store: SQLiteStore, path: Path) -> None:
    before = store.gallery_version()
    store.check()
    assert store.gallery_version() == before
    with closing(sqlite3.connect(path)) as other:  # as a full disk or a failing one would
        other.execute("CREATE TRIGGER fails BEFORE UPDATE ON gallery BEGIN SELECT zeroblob(1 << 40); END")
    with pytest.raises(StoreUnavailableError):
        store.check()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_can_read_the_files(store: SQLiteStore, path: Path) -> None:
    store.insert_mark(mark("s1"))
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert path.name in modes


PICTURE = b"\xff\xd8 nobody finds this again \x00\xff"
ERASURES: dict[str, Callable[[SQLiteStore], object]] = {
    "portrait": lambda store: store.forget_portrait("s9"),
    "photo": lambda store: store.forget_photo("s9", portrait("s9").source),
    "consent": lambda store: store.update_student(replace(student("s9"), consent=None)),
    "student": lambda store: store.remove_student("s9"),
}


@pytest.mark.parametrize("what", ERASURES)
def test_what_was_erased_is_in_no_file(store: SQLiteStore, path: Path, what: str) -> None:
    def files() -> bytes:
        return b"".join(each.read_bytes() for each in path.parent.iterdir())

    store.add_student(student("s9"))
    store.save_portrait(portrait("s9", PICTURE))
    assert PICTURE in files()
    ERASURES[what](store)
    assert PICTURE not in files()


def test_it_writes_ahead_and_reaches_the_disk_at_each_commit(store: SQLiteStore) -> None:
    with store._connections.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1


def test_each_thread_has_a_connection_of_its_own(store: SQLiteStore, path: Path) -> None:
    before = open_files(path)
    have_read, may_end = threading.Barrier(3), threading.Event()

    def read() -> None:
        store.students()
        have_read.wait(30)
        may_end.wait(30)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    have_read.wait(30)
    assert open_files(path) == before + 2
    may_end.set()
    for thread in threads:
        thread.join()


def test_connections_of_threads_that_ended_are_closed(store: SQLiteStore, path: Path) -> None:
    before = open_files(path)
    for _ in range(20):
        thread = threading.Thread(target=store.students)
        thread.start()
        thread.join()
    # SQLite itself keeps a file of a closed connection for the next one while another connection is open.
    assert open_files(path) <= before + 1


def test_closing_closes_the_connections_of_all_threads(store: SQLiteStore, path: Path) -> None:
    has_read, may_end = threading.Event(), threading.Event()

    def read() -> None:
        store.students()
        has_read.set()
        may_end.wait(30)

    thread = threading.Thread(target=read)
    thread.start()
    assert has_read.wait(30)
    store.close()
    store.close()
    assert open_files(path) == 0
    may_end.set()
    thread.join()


def test_a_closed_store_says_so(store: SQLiteStore) -> None:
    store.close()
    with pytest.raises(StoreUnavailableError, match="was closed"):
        store.students()
    with pytest.raises(StoreUnavailableError, match="was closed"):
        store.insert_mark(mark("s1"))


def test_what_was_removed_is_in_no_file_any_more(store: SQLiteStore, path: Path) -> None:
    secret = b"the bytes of a face" * 1000
    face = template("t1", "s1")
    store.save_portrait(portrait("s1", secret))
    store.add_templates([face])
    assert face.embedding.tobytes() in _all_bytes(path)
    store.remove_student("s1")
    assert secret[:100] not in _all_bytes(path)
    assert face.embedding.tobytes() not in _all_bytes(path)
    assert b"Eileen Collins" not in _all_bytes(path)


def _all_bytes(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


def test_a_writer_that_waits_too_long_gives_up_and_can_try_again(store: SQLiteStore, path: Path) -> None:
    with store._connections.reading() as connection:
        connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="Another program has locked it"):
            store.insert_mark(mark("s1"))
        assert store.marks("general|2025-11-21") == []  # reading goes on
        other.execute("ROLLBACK")
    assert store.insert_mark(mark("s1"))


def test_a_full_disk_loses_nothing_that_was_saved(store: SQLiteStore) -> None:
    store.insert_mark(mark("s1"))
    with store._connections.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailableError, match="disk is full"):
        store.save_portrait(portrait("s1", b"x" * 100_000))
    assert store.portrait_of("s1") is None
    assert len(store.marks("general|2025-11-21")) == 1
    with store._connections.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    store.save_portrait(portrait("s1", b"x" * 100_000))


def test_a_folder_that_can_not_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreUnavailableError, match="ATTENDANCE_DATA"):
        SQLiteStore(tmp_path / "file" / "attendance.sqlite3")


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_folder_that_may_not_be_written_is_an_error_that_says_so() -> None:
    program = (
        "import os, sys; from pathlib import Path; from attendance.store.sqlite.store import SQLiteStore\n"
        "if os.geteuid() == 0: os.setuid(65534)  # root may write everywhere, so be nobody\n"
        "SQLiteStore(Path(sys.argv[1]) / 'attendance.sqlite3')"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        command = [sys.executable, "-c", program, folder]
        outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "StoreUnavailableError: The register can't be stored" in outcome.stderr
    assert "the right to write there" in outcome.stderr


def test_a_key_of_the_tables_guards_the_size_of_an_embedding(store: SQLiteStore) -> None:
    store.add_templates([template("t1")])
    with store._connections.reading() as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE templates SET embedding = x'00'")


def test_a_student_added_by_another_process_is_seen_at_once(store: SQLiteStore, path: Path) -> None:
    with closing(SQLiteStore(path)) as other:
        other.add_student(student("s3"))
    assert store.student("s3") == student("s3")


def test_a_process_stops_at_a_schema_that_is_newer_than_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "attendance.sqlite3"
    with closing(SQLiteStore(path)) as store, closing(sqlite3.connect(path)) as newer:
        fill(store)
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        with pytest.raises(SchemaError, match=rf"version {len(MIGRATIONS) + 1}.*up to {len(MIGRATIONS)}"):
            store.insert_mark(mark("s1"))
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        assert store.insert_mark(mark("s1"))


def test_what_a_job_no_longer_says_is_in_no_file(store: SQLiteStore, path: Path) -> None:
    job = photo_job(reading='{"seen": "an erased student"}')
    store.add_job(job)
    assert b"an erased student" in _all_bytes(path)
    assert store.replace_job(replace(job, reading='{"seen": "nobody"}', version=2))
    assert b"an erased student" not in _all_bytes(path)
