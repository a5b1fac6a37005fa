"""What happens to a register when processes fork or die."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.store.databases import Place

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[4]
ENOUGH = 60  # students written before the writer is killed


def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "attendance.sqlite3"
    command = [sys.executable, "-m", "tests.attendance.store.races.writer", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(ENOUGH)]
        writer.kill()
        acknowledged += writer.stdout.read().split("\n")[:-1]
    with closing(SQLiteStore(path)) as store:
        marked = {each.student_id for each in store.marks("general|2025-11-21")}
        assert set(acknowledged) <= marked
        assert len(acknowledged) >= ENOUGH
        assert len(marked) - len(acknowledged) <= 1  # at most the one that was on its way
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_store_works_on_both_sides_of_a_fork(shared_place: Place) -> None:
    assert shared_place.address is not None
    command = [sys.executable, "-m", "tests.attendance.store.races.forker", shared_place.address]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    with closing(shared_place.open()) as store:
        assert len(store.students()) == 43


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_fork_waits_for_other_threads_and_leaves_them_their_work(tmp_path: Path) -> None:
    program = (
        "import os, sys, threading; from pathlib import Path\n"
        "from attendance.store.sqlite.store import SQLiteStore\n"
        "from tests.attendance.store.builders import student\n"
        "store = SQLiteStore(Path(sys.argv[1]))\n"
        "def write(name):\n"
        "    for number in range(40): store.add_student(student(f'{name} {number}'))\n"
        "threads = [threading.Thread(target=write, args=(name,)) for name in 'abc']\n"
        "for thread in threads: thread.start()\n"
        "for number in range(5):\n"
        "    child = os.fork()\n"
        "    if child == 0: store.add_student(student(f'child {number}')); os._exit(0)\n"
        "    if os.waitpid(child, 0)[1]: sys.exit('a child failed')\n"
        "for thread in threads: thread.join()\n"
        "sys.exit(len(store.students()) != 125)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "attendance.sqlite3")]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
