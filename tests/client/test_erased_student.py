"""Once a student is erased, nothing of them is in any file, table or log of a site that was used."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from attendance.clock import SystemClock
from attendance.settings.settings import Settings
from tests.client.used_site import PERSON, UsedSite, used_site


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site that keeps every kind of file."""
    return replace(settings, reports=settings.data / "reports", daily_csv=settings.data / "Attendance")


@pytest.fixture(params=["sqlite", "mongomock"])
def site(request: pytest.FixtureRequest, settings: Settings) -> Iterator[UsedSite]:
    """On either database."""
    with used_site(request.param, request, settings) as used:
        yield used


def traces(site: UsedSite) -> list[str]:
    """Where anything of the student is."""
    wanted = [*PERSON.values(), site.id]
    site.register.reporting.wait()
    data = site.register.settings.data
    files = {path: contents(path) for path in data.rglob("*") if path.is_file()}
    names = [f"{path}: {text}" for path in files for text in wanted if text in path.name]
    inside = [
        f"{path}: {text}" for path, content in files.items() for text in wanted if text.encode() in content
    ]
    logged = [f"the log: {text}" for text in wanted if text in site.log.getvalue()]
    return names + inside + logged + [f"a table: {text}" for text in wanted if text in tables(site)]


def contents(path: Path) -> bytes:
    """The bytes of a file, and those that are packed in it."""
    plain = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return plain
    with zipfile.ZipFile(path) as book:
        return plain + b"".join(book.read(name) for name in book.namelist())


def tables(site: UsedSite) -> str:
    """All that the database contains, as text."""
    path = site.register.settings.data / "attendance.sqlite3"
    if site.register.store.name == "sqlite":
        with closing(sqlite3.connect(path)) as connection:
            return "\n".join(connection.iterdump()).replace("\\", "")
    with site.register.store._connection.register() as found:  # type: ignore[attr-defined]
        return str({name: list(found[name].find()) for name in found.list_collection_names()})


def test_before_there_are_traces_everywhere(site: UsedSite) -> None:
    found = traces(site)
    for text in (*PERSON.values(), site.id):
        assert any(text in each for each in found), text
    assert any("Attendance" in each for each in found)
    assert any("reports" in each for each in found)
    assert any("classifier" in each for each in found)
    jobs = [site.register.store.job(job_id) for job_id in site.register.store.job_ids()]
    for part in ("reading", "decision", "marks"):
        assert any(site.id in (getattr(each, part) or "") for each in jobs), part


def test_afterwards_there_are_none(site: UsedSite) -> None:
    pictures = site.register.snapshots.names()
    assert pictures
    assert site.erase().status_code in (200, 204)
    assert {trace.rpartition(": ")[2] for trace in traces(site)} == {site.id}, "what readers of changes need"
    site.register.store.forget_erased(SystemClock().now() + timedelta(days=1))  # the database takes the time
    assert traces(site) == []
    assert site.register.snapshots.names() == []


def test_the_same_request_neither_gives_them_back_nor_creates_them_again(site: UsedSite) -> None:
    assert site.create().text == site.created.text
    site.erase()
    again = site.create()
    assert (again.status_code, again.get_json()["code"]) == (410, "gone")
    assert "erased since" in again.get_json()["detail"]
    assert not any(text in again.text for text in PERSON.values())
    assert [student.roll_number for student in site.register.students.all()] == ["2"]


def test_answers_about_others_are_kept(site: UsedSite) -> None:
    def ask() -> TestResponse:
        another = {"roll_number": "3", "name": "A Third"}
        headers = site.headers | {"Idempotency-Key": "key-2"}
        return site.client.post("/api/v1/students", json=another, headers=headers)

    first = ask()
    site.erase()
    assert ask().text == first.text
