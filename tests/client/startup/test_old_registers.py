"""The server on a school's register of each earlier version: all is there, counted and shown, right after."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.schema import MIGRATIONS
from attendance.values import Role
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.store.old.school import API_TOKEN, PASSWORD, VERSIONS, OldSchool, write_school
from tests.client.starting import READY, Program, Start, program
from tests.client.visitor import Visitor

pytestmark = pytest.mark.slow
COPIED = "As it was before, it is in"
DELETED = "The copy from before was deleted"


@pytest.fixture(params=VERSIONS, ids=lambda version: f"version_{version}")
def school(request: pytest.FixtureRequest, tmp_path: Path) -> OldSchool:
    (tmp_path / "data").mkdir()
    return write_school(tmp_path / "data" / FILE_NAME, request.param)


@pytest.fixture
def start(tmp_path: Path, models: Path) -> Start:
    return functools.partial(program, tmp_path, models, ATTENDANCE_TIMEZONE="UTC", COLUMNS="300")


def with_access(school: OldSchool, folder: Path) -> str:
    """A token for the API, and an admin, as the versions without either get them; the token's text."""
    if school.version >= 3:
        return API_TOKEN
    settings = Settings(config=folder / "config", models=folder / "models", data=folder / "data")
    with open_fake_register(settings) as register:
        if school.version == 1:
            register.accounts.add("rector", "Rector", Role.ADMIN, password=PASSWORD)
        scopes = ["students:read", "marks:read"]
        return register.api_tokens.make("Timetable", scopes, by="rector").text


def asked(server: Program, path: str, token: str) -> dict[str, object]:
    request = Request(server.address() + path, headers={"Authorization": f"Bearer {token}"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def counts(page: str) -> dict[str, int]:
    """The numbers of a board."""
    return {name: int(text) for name, text in re.findall(r'data-count="(\w+)">(\d+)<', page)}


def test_everything_is_there_right_after_the_first_start(
    school: OldSchool, start: Start, tmp_path: Path
) -> None:
    is_old = school.version < len(MIGRATIONS)
    with start() as server:
        server.wait_for(READY)
        copy = Path(f"{school.path}.version-{school.version}")
        assert (f"{COPIED} {copy}" in server.errors + server.sentences) is is_old
        assert (DELETED in server.errors + server.sentences) is is_old
        assert not copy.exists(), "everything in it was plain"
        assert f"{len(school.rolls)} students in" in server.sentences
        token = with_access(school, tmp_path)
        port = urlsplit(server.address()).port
        assert port
        teacher = Visitor(port)
        teacher.post(0, "/login", username="rector", password=PASSWORD)

        board = teacher.get(0, f"/teach/sessions/{quote(school.open)}/board")
        there = school.open_marks["present"] + school.open_marks["late"]
        shown = counts(board)
        assert (shown["here"], shown["of"], shown["late"]) == (there, 25, school.open_marks["late"])

        report = teacher.get(0, "/teach/reports/courses/physics/file/csv").removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(report)))
        assert {row["name"] for row in rows} == {name for _, name in school.rolls[:25]}
        for status, number in school.marks["physics"].items():
            assert sum(int(row[status]) for row in rows) == number, status
        waiting = teacher.get(0, "/teach/reviews/")
        assert waiting.count(school.rolls[3][1]) >= school.waiting

        students = asked(server, "/api/v1/students?limit=200", token)["items"]
        assert isinstance(students, list)
        assert sorted((each["roll_number"], each["name"]) for each in students) == sorted(school.rolls)
        marks = asked(server, f"/api/v1/marks?limit=200&session={quote(school.open)}", token)["items"]
        assert isinstance(marks, list)
        assert len(marks) == sum(school.open_marks.values())
        assert (server.errors + server.sentences).count(COPIED) == is_old
