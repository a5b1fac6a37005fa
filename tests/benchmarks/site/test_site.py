"""The benchmark of a large school opens every page of a small one, and none of them fails."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from attendance.store.sqlite.store import SQLiteStore
from benchmarks.site.__main__ import main
from benchmarks.site.large_school import SMALL


def test_every_address_of_a_small_school_is_asked_for(tmp_path: Path) -> None:
    school, file = tmp_path / "school", tmp_path / "visits.json"
    done = CliRunner().invoke(
        main, ["--small", "--folder", str(school), "--repeats", "0", "--json", str(file)]
    )
    assert done.exit_code == 0, done.output
    visits = json.loads(file.read_text(encoding="utf-8"))["visits"]
    assert {visit["who"] for visit in visits} == {"admin", "teacher", "token"}
    opened = {visit["path"] for visit in visits if visit["who"] == "admin" and visit["status"] == 200}
    assert {"/teach/", "/teach/courses/", "/teach/students/", "/teach/courses/lecture"} <= opened
    read = {visit["path"] for visit in visits if visit["who"] == "token" and visit["status"] == 200}
    assert {"/api/v1/students", "/api/v1/marks", "/api/v1/courses", "/api/v1/sessions"} <= read
    assert all(visit["statements"] for visit in visits if visit["path"] == "/teach/courses/")
    store = SQLiteStore(school / "data" / "attendance.sqlite3")
    sessions = [session.id for session in store.sessions() if session.closed_at is not None]
    assert len(store.marks_of_sessions(sessions)) == SMALL.marks
    store.close()
