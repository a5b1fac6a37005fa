"""A MongoDB server that is away in the middle of a class: everybody is told to wait, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.mongo.store import MongoStore
from attendance.store.protocol import Store
from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import burst_beside
from tests.attendance.site import ZONE
from tests.attendance.store.databases import NXServer
from tests.client.conftest import SECRET, Phone
from tests.client.signed_in import SignIn

pytestmark = pytest.mark.server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NXServer]:
    running = NXServer(tmp_path / "server")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def settings(tmp_path: Path, server: NXServer) -> Settings:
    (tmp_path / "data").mkdir()
    uri = server.place().address.replace("TimeoutMS=1000", "TimeoutMS=100")
    return Settings(
        config=tmp_path / "config",
        models=tmp_path / "models",
        data=tmp_path / "data",
        secret=SECRET,
        time_zone=ZONE,
        mongodb_uri=uri,
    )


@pytest.fixture(autouse=True)
def _counters_are_closed(app: Flask) -> Iterator[None]:
    yield
    counters: Any = app.extensions["phone_limiter"].storage._counters
    counters.close()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    assert settings.mongodb_uri is not None
    opened = MongoStore(settings.mongodb_uri)
    yield opened
    opened.close()


def test_a_class_goes_on_where_it_was_once_the_database_is_back(
    server: NXServer, phone: Phone, register: Register, sign_in: SignIn
) -> None:
    teacher = sign_in()
    phone.scan()
    early, photo = phone.another(), phone.face("Grace Hopper")
    early.scan()
    assert early.submit(early.face("Eileen Collins")).get_json()["code"] == "present"
    moved = burst_beside(photo, phone.asked())

    def send() -> TestResponse:
        return phone.submit(photo, burst=moved)

    server.kill()
    for answer in (send(), phone.client.get(phone_page(phone)), teacher.get("/teach/")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
    assert send().get_json()["code"] == "store_away"
    server.start()
    assert send().get_json()["code"] == "present", "the same photo under the same grant"
    assert send().get_json()["code"] == "present", "and its answer once more"
    marks = register.store.marks(register.sessions.today().id)
    assert [(mark.status, mark.version) for mark in marks] == [(MarkStatus.PRESENT, 1)] * 2
    assert teacher.get("/teach/").status_code == 200


def phone_page(phone: Phone) -> str:
    """The page that a phone has open."""
    return f"/g/{phone.grant}"
