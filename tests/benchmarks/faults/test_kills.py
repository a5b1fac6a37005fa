"""The program is killed a few times in a small rush, and nothing is lost; what is wrong is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.faults.__main__ import KillPlan, run, table_of
from benchmarks.faults.aftermath import Aftermath, integrity_of
from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.class_register import DOUBLED_MARK, LOST_MARK
from benchmarks.rush.onlookers import WatchedPages
from benchmarks.rush.results import Machine, result_of
from benchmarks.rush.sites import RushSite
from tests.client.serving.loops import in_a_loop


@pytest.mark.networks
@pytest.mark.server
@pytest.mark.slow
def test_nothing_is_lost_when_the_program_is_killed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(models))
    plan = KillPlan(kills=2, rate=1.0, longest=2.0, round_seconds=4.0)
    found = in_a_loop(run(RushSite(students=10, engine="dlib"), plan))
    assert (found.kills, found.faults) == (2, [])
    assert found.acknowledged == found.phones > 0
    assert (found.integrity, found.audit_clean, found.audit_entries > 0) == ("ok", True, True)
    assert "2 kills" in str(table_of(found).title)


def test_lost_and_doubled_marks_are_counted() -> None:
    arrivals = Arrivals("round", 4, 1, Promise(1, 10))
    result = result_of(arrivals, [], WatchedPages(), Machine(None, 0.0, None, None))
    result.faults.extend([f"('s', '1') {LOST_MARK}", f"('s', '2') is marked 2 {DOUBLED_MARK}", "another"])
    found = Aftermath(1, 0.0, 0.0)
    found.add_marks([result])
    assert (found.lost, found.doubled, len(found.faults)) == (1, 1, 3)


def test_a_damaged_database_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE marks (id INTEGER PRIMARY KEY, who TEXT)")
        connection.executemany("INSERT INTO marks (who) VALUES (?)", [("somebody" * 50,)] * 200)
        connection.commit()
    assert integrity_of(path) == "ok"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 4] = bytes(4096)
    path.write_bytes(content)
    assert integrity_of(path) != "ok"
