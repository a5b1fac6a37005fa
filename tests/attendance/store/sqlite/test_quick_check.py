"""A malformed register is refused at every start, and not made worse."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from attendance.errors import SchemaError
from attendance.store.sqlite.copying.quick_check import check_quickly
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import student


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A register with enough students for many pages."""
    path = tmp_path / "attendance.sqlite3"
    store = new_store(path)
    for number in range(200):
        store.add_student(student(f"s{number}", roll_number=f"{number}", name="Grace Hopper " * 10))
    store.close()
    return path


def test_an_old_file_beside_the_log_of_another_is_refused_and_left_as_it_is(path: Path) -> None:
    old = path.with_name("old")
    copyfile(path, old)
    store = SQLiteStore(path)
    for number in range(200, 600):
        store.add_student(student(f"s{number}", roll_number=f"{number}", name="Eileen Collins " * 10))
    log = path.with_name(path.name + "-wal").read_bytes()
    store.close()
    middle = old.stat().st_size // 4096 // 2 * 4096
    content = old.read_bytes()
    path.write_bytes(content[:middle] + bytes(4096 * 8) + content[middle + 4096 * 8 :])
    path.with_name(path.name + "-wal").write_bytes(log[: len(log) // 3])
    before = path.read_bytes()
    with pytest.raises(SchemaError, match=r"attendance\.sqlite3 is damaged"):
        SQLiteStore(path)
    assert path.read_bytes() == before


def test_a_page_full_of_zeros_is_noticed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'students'").fetchone()[0]
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(SchemaError, match="damaged"):
        SQLiteStore(path)


def test_a_large_register_starts_in_time(path: Path) -> None:
    check_quickly(path, path, most_seconds=-1.0)
    check_quickly(path, path)


def test_a_schema_that_is_no_text_is_damage_too(path: Path) -> None:
    content = path.read_bytes()
    assert b"CREATE TABLE students" in content
    path.write_bytes(content.replace(b"CREATE TABLE students", b"\xceREATE TABLE\xfftudents"))
    with pytest.raises(SchemaError, match="damaged"):
        SQLiteStore(path)
