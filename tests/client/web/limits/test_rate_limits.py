"""Rate limits per phone, grant and address, and their messages."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from limits import parse

from attendance.files.shared_counters import SharedCounters
from attendance.register import Register
from attendance.settings.settings import Settings
from client import create_app
from client.problems.refusals import RefusedError
from client.web.limits.rate_limits import (
    PHOTOS_PER_ADDRESS,
    PHOTOS_PER_PHONE,
    WRONG_CODES_PER_ADDRESS,
    check_wrong_codes,
    count_right_code,
    count_wrong_code,
    init_rate_limits,
)
from tests.attendance.store.databases import SHORT, new_address, started_server
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn
from tools.database_servers.programs import PROGRAMS

GUESS = "/api/v1/about"  # without a token: fails, and is not a door
MOST = 60  # failures of an address in a minute, a tenth of what it may have


@pytest.fixture(autouse=True)
def _lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.web.limits.rate_limits.PER_ADDRESS", f"{MOST} per minute")


def exhaust(phone: Phone, *, device: str | None = None) -> None:
    for _ in range(PHOTOS_PER_PHONE.amount):
        assert phone.submit(b"not a photo", device=device).status_code == 415


def test_one_grant_is_not_tried_without_end(phone: Phone) -> None:
    phone.scan()
    exhaust(phone)
    reply = phone.submit(phone.face("Eileen Collins"))
    assert (reply.status_code, reply.get_json()["code"]) == (429, "too_many_tries")
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    page = phone.submit(phone.face("Eileen Collins"), as_json=False)
    assert page.status_code == 429
    assert "Wait a little" in page.text


def test_one_phone_does_not_get_around_it_with_new_grants(phone: Phone) -> None:
    for _ in range(PHOTOS_PER_PHONE.amount):
        phone.scan()
        assert phone.submit(b"not a photo", device="this phone").status_code == 415
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins"), device="this phone").status_code == 429
    assert phone.submit(phone.face("Eileen Collins"), device="another phone").status_code == 200


@pytest.mark.slow
def test_500_phones_at_one_address_get_in_although_somebody_there_attacks(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them has a share of its own yet when it opens the page."""
    # All of them show one student, who gets one mark; 500 students would get one each, which allow one more.
    monkeypatch.setattr("client.web.limits.failures.UNMARKED_PER_ADDRESS", parse("500 per minute"))
    client = phone.client
    for _ in range(MOST):
        client.get(GUESS)
    for _ in range(parse(PHOTOS_PER_ADDRESS).amount):
        phone.post("/capture", [("grant", "forged")])
    assert client.get(GUESS).status_code == 429
    assert phone.post("/capture", [("grant", "forged")]).status_code == 429
    for number in range(500):
        student = phone.another()
        assert student.scan().status_code == 200
        reply = student.submit(phone.face("Eileen Collins"), device=f"phone {number}")
        assert reply.status_code == 200


def test_an_address_has_its_limit_too(app: Flask) -> None:
    client = app.test_client()
    statuses = [client.get(GUESS).status_code for _ in range(MOST + 1)]
    assert statuses[-2:] == [401, 429]
    reply = client.get(GUESS)
    assert reply.get_json()["code"] == "too-many-requests"
    assert int(reply.headers["Retry-After"]) >= 1


def test_pages_that_work_count_for_nobody(app: Flask) -> None:
    client = app.test_client()
    for _ in range(MOST + 1):
        assert client.get("/c").status_code == 200
    assert client.get(GUESS).status_code == 401


def test_a_login_counts_for_itself(app: Flask, teacher: SignedIn) -> None:
    client = app.test_client()
    for _ in range(MOST + 1):
        client.get(GUESS)
    assert client.get(GUESS).status_code == 429
    assert teacher.get(GUESS).status_code == 401


def test_pages_and_what_other_software_calls_are_counted_together(app: Flask) -> None:
    client = app.test_client()
    for _ in range(MOST - 1):
        client.get(GUESS)
    assert client.get("/setup/a-guess").status_code == 410
    assert client.get(GUESS).status_code == 429
    assert client.get("/setup/a-guess").status_code == 429


def test_another_address_is_not_touched_by_it(app: Flask) -> None:
    client = app.test_client()
    for _ in range(MOST + 1):
        client.get(GUESS)
    assert client.get(GUESS, environ_base={"REMOTE_ADDR": "192.168.1.77"}).status_code != 429


def test_one_ipv6_phone_can_not_change_its_address(app: Flask) -> None:
    client = app.test_client()
    for number in range(MOST):
        client.get(GUESS, environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"})
    assert client.get(GUESS, environ_base={"REMOTE_ADDR": "2001:db8::ffff"}).status_code == 429
    assert client.get(GUESS, environ_base={"REMOTE_ADDR": "2001:db8:0:1::1"}).status_code != 429


def test_forms_without_a_grant_have_a_limit_of_their_own(phone: Phone) -> None:
    for _ in range(parse(PHOTOS_PER_ADDRESS).amount):
        phone.client.post("/capture")
    assert phone.client.post("/capture").status_code == 429
    assert phone.scan().status_code == 200
    address = f"/capture?grant={phone.grant}"
    assert phone.post(address, [("device", "a phone")]).get_json()["code"] == "image_missing"


def test_behind_the_tunnel_each_visitor_counts_alone(app: Flask) -> None:
    app.extensions["tunnel"] = lambda: True
    client = app.test_client()
    for _ in range(MOST + 1):
        client.get(GUESS, headers={"X-Forwarded-For": "203.0.113.7"})
    assert client.get(GUESS, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 429
    assert client.get(GUESS, headers={"X-Forwarded-For": "203.0.113.8"}).status_code != 429


def test_an_invented_forwarding_header_gets_around_nothing(app: Flask) -> None:
    client = app.test_client()
    for number in range(MOST + 1):
        client.get(GUESS, headers={"X-Forwarded-For": f"203.0.113.{number % 250}"})
    assert client.get(GUESS, headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 429


@contextmanager
def counted_in(uri: str, services: dict[str, Any]) -> Iterator[Flask]:
    """An app with only the rate limits, counted in this MongoDB."""
    app = Flask(__name__)
    init_rate_limits(app, uri, data=Path())  # which is not used
    app.extensions |= {name: services[name] for name in ("register", "signatures")}
    app.add_url_rule("/", view_func=lambda: ("not here", 404))
    counters: Any = app.extensions["phone_limiter"].storage._counters
    yield app
    counters.close()


def status_of_each(app: Flask, visits: int) -> list[int]:
    return [app.test_client().get("/").status_code for _ in range(visits)]


@pytest.mark.slow
def test_limits_hold_while_the_shared_counters_are_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attendance.store.mongo.limit_counters.PATIENCE", 0.1)
    nowhere = "mongodb://127.0.0.1:9/attendance"  # the discard port, which never answers
    with counted_in(nowhere, app.extensions) as counting:
        statuses = status_of_each(counting, MOST + 1)
    assert statuses[-2:] == [404, 429]


@pytest.fixture(params=[program.name for program in PROGRAMS])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database on a server with MongoDB's protocol."""
    server = started_server(request.param, tmp_path)
    yield new_address(f"{server.uri}?{SHORT}")
    server.kill()


@pytest.mark.server
def test_several_machines_count_together(app: Flask, database: str) -> None:
    half = MOST // 2
    with counted_in(database, app.extensions) as one, counted_in(database, app.extensions) as other:
        assert 429 not in status_of_each(one, half) + status_of_each(other, half)
        assert status_of_each(one, 1) == status_of_each(other, 1) == [429]


@pytest.mark.server
def test_several_machines_count_wrong_codes_together(app: Flask, database: str) -> None:
    with counted_in(database, app.extensions) as one, counted_in(database, app.extensions) as other:
        for number in range(WRONG_CODES_PER_ADDRESS.amount):
            with (one, other)[number % 2].test_request_context():
                check_wrong_codes()
                count_wrong_code()
        with one.test_request_context(), pytest.raises(RefusedError):
            check_wrong_codes()
        with other.test_request_context():
            with pytest.raises(RefusedError):
                check_wrong_codes()
            count_right_code()
        with one.test_request_context():
            check_wrong_codes()


def test_two_processes_on_one_data_folder_count_together(app: Flask, register: Register) -> None:
    other = create_app(register=register)  # as another process would create it
    for number in range(MOST):
        (app, other)[number % 2].test_client().get(GUESS)
    assert app.test_client().get(GUESS).status_code == 429
    assert other.test_client().get(GUESS).status_code == 429


@pytest.mark.parametrize("broken", ["add", "get"])
def test_counters_that_break_while_the_server_runs_change_no_answer(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SharedCounters, broken, fail)
    assert app.test_client().get(GUESS).status_code == 401
    assert app.test_client().get("/healthz").status_code == 200
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins")).get_json()["code"] == "present"


def test_monitoring_waits_for_no_counters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for name in ("add", "get"):
        monkeypatch.setattr(SharedCounters, name, lambda *words: asked.append(words))
    client = app.test_client()
    answers = {client.get("/healthz").status_code for _ in range(MOST + 1)}
    assert (answers, client.get("/metrics").status_code, asked) == ({200}, 404, [])


def test_where_the_data_folder_can_not_be_written_it_is_counted_in_memory(
    register: Register, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.data / "limits").mkdir()
    client = create_app(register=register).test_client()
    assert "counted in memory" in caplog.text
    statuses = [client.get(GUESS).status_code for _ in range(MOST + 1)]
    assert statuses[-1] == 429
