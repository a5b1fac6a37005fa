"""Two schools on one machine: each has a data folder of its own, or a database of its own on one server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Role
from client import create_app
from client.problems.refusals import RefusedError
from client.web.limits.rate_limits import WRONG_CODES_PER_ADDRESS, check_wrong_codes, count_wrong_code
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.store.databases import SHORT, started_server
from tools.database_servers.programs import PROGRAMS

PASSWORD = "chalk and a green slate"
NAMES = ("north", "south")


class School(NamedTuple):
    """One of them.

    Attributes:
        name: of the school, and of its only student.
        register: everything it has stored.
        app: its website.
    """

    name: str
    register: Register
    app: Flask

    def logged_in(self) -> FlaskClient:
        """The browser of its admin, at the login page of this school."""
        browser = self.app.test_client()
        log_in(browser, f"admin-{self.name}")
        return browser

    def listed(self, token: str) -> TestResponse:
        """What its API answers to the question for its students."""
        return self.app.test_client().get("/api/v1/students", headers={"Authorization": f"Bearer {token}"})


def counters_of(app: Flask) -> Any:
    """Where the app counts rate limits."""
    return app.extensions["phone_limiter"].storage._counters


def log_in(browser: FlaskClient, username: str) -> TestResponse:
    page = browser.get("/login").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token})


@pytest.fixture(
    params=["sqlite", *(pytest.param(program.name, marks=pytest.mark.server) for program in PROGRAMS)]
)
def schools(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[School]]:
    """The north school and the south school."""
    with ExitStack() as open_ones:
        server = None
        if request.param != "sqlite":
            server = started_server(request.param, tmp_path)
            open_ones.callback(server.kill)
        found = []
        for name in NAMES:
            settings = Settings(
                config=tmp_path / name / "config",
                models=tmp_path / "models",
                data=tmp_path / name / "data",
                secret=f"the secret of the {name} school",
                mongodb_uri=None if server is None else f"{server.uri}{name}?{SHORT}",
            )
            register = open_ones.enter_context(open_fake_register(settings))
            register.students.add(NewStudent("1", f"Student {name}"))
            register.accounts.add(f"admin-{name}", "Admin", Role.ADMIN, password=PASSWORD)
            app = create_app(register=register)
            open_ones.callback(getattr(counters_of(app), "close", int))  # those in a file end with the app
            found.append(School(name, register, app))
        yield found


def test_students_and_tokens_of_one_school_are_unknown_to_the_other(schools: list[School]) -> None:
    north, south = schools
    tokens = [
        school.register.api_tokens.make("list", [scope.value for scope in Scope], by="admin").text
        for school in schools
    ]
    for school, token, foreign in ((north, tokens[0], tokens[1]), (south, tokens[1], tokens[0])):
        assert [each["name"] for each in school.listed(token).get_json()["items"]] == [
            f"Student {school.name}"
        ]
        assert school.listed(foreign).status_code == 401


def test_a_code_on_the_wall_of_one_school_leads_nowhere_at_the_other(schools: list[School]) -> None:
    north, south = schools
    course = north.register.courses.add("Physics", roster=["1"])
    session = north.register.class_sessions.open_now(course.id, by="admin")
    address = f"/s/{north.register.entrances.address(session)}"
    assert north.app.test_client().get(address).status_code == 200
    assert south.app.test_client().get(address).status_code == 404


def test_accounts_and_logins_of_one_school_open_nothing_at_the_other(schools: list[School]) -> None:
    north, south = schools
    browser = north.logged_in()
    assert browser.get("/teach/students/").status_code == 200
    carried = south.app.test_client()
    for cookie in (browser._cookies or {}).values():  # as if both had one host
        carried.set_cookie(cookie.key, cookie.value)
    assert carried.get("/teach/students/").status_code in (302, 303)
    assert log_in(south.app.test_client(), "admin-north").status_code != 303


def test_failures_at_one_school_close_no_door_at_the_other(schools: list[School]) -> None:
    north, south = schools
    for _ in range(WRONG_CODES_PER_ADDRESS.amount):
        with north.app.test_request_context():
            count_wrong_code()
    with north.app.test_request_context(), pytest.raises(RefusedError):
        check_wrong_codes()
    with south.app.test_request_context():
        check_wrong_codes()
