"""Signs of life for monitoring, load balancers and the launcher."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance import __version__
from attendance.errors import SchemaError
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import MarkStatus
from client import create_app
from client.monitoring import readiness
from tests.attendance.fake_engines import FakeEngines, open_fake_register


def test_it_says_what_is_in_use(client: FlaskClient) -> None:
    reply = client.get("/healthz")
    assert reply.status_code == 200
    assert reply.get_json() == {
        "status": "ok",
        "ready": True,
        "engine": "fake-1",
        "detector": "fake",
        "store": "sqlite",
        "failing": [],
        "version": __version__,
    }


def test_before_the_first_photo_nothing_is_loaded_or_chosen(settings: Settings) -> None:
    with open_fake_register(settings) as fresh:
        answer = create_app(register=fresh).test_client().get("/healthz").get_json()
    assert (answer["ready"], answer["engine"]) == (False, None)


def test_a_store_that_is_away_is_503(away: Flask) -> None:
    reply = away.test_client().get("/healthz")
    assert (reply.status_code, reply.get_json()["status"]) == (503, "store_away")
    assert int(reply.headers["Retry-After"]) >= 1


def test_a_daily_list_that_cannot_be_written_is_named(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "Attendance").write_text("no folder")
    with open_fake_register(settings) as register:
        register.students.add(NewStudent("1"))
        register.marking.mark("1", MarkStatus.PRESENT, by="t1")
        register.reporting.wait()
        answer = create_app(register=register).test_client().get("/healthz").get_json()
    assert (answer["status"], answer["failing"]) == ("ok", ["daily_csv"])


def test_it_is_ready_once_the_networks_are_loaded(client: FlaskClient, register: Register) -> None:
    register.warm_up()
    reply = client.get("/readyz")
    assert (reply.status_code, reply.get_json()) == (
        200,
        {"status": "ready", "checks": {"store": "ok", "schema": "ok", "models": "ok", "disk": "ok"}},
    )


def test_it_is_not_ready_before_and_says_which_check_fails(settings: Settings) -> None:
    with open_fake_register(settings) as fresh:
        reply = create_app(register=fresh).test_client().get("/readyz")
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) >= 1
    assert reply.get_json()["checks"] == {"store": "ok", "schema": "ok", "models": "failing", "disk": "ok"}


def test_a_full_disk_is_not_ready_and_only_monitoring_reads_where_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 62)
    watched = replace(settings, metrics=(ip_network("127.0.0.1"),))
    with open_fake_register(watched) as register:
        register.warm_up()
        client = create_app(register=register).test_client()
        seen = client.get("/readyz", base_url="http://localhost")
        outside = client.get(
            "/readyz", base_url="http://localhost", environ_base={"REMOTE_ADDR": "192.0.2.7"}
        )
    assert str(settings.data) in seen.get_json()["checks"]["disk"]
    assert outside.status_code == 503
    assert outside.get_json()["checks"]["disk"] == "failing"


def test_a_store_that_is_away_is_not_ready(away: Flask) -> None:
    reply = away.test_client().get("/readyz")
    assert (reply.status_code, reply.get_json()["checks"]["store"]) == (503, "failing")


def test_a_register_of_a_newer_program_is_not_ready(register: Register, app: Flask) -> None:
    register.warm_up()

    def refuse() -> None:
        raise SchemaError("A newer version wrote it.")

    register.store.__dict__["check"] = refuse
    reply = app.test_client().get("/readyz")
    assert (reply.status_code, reply.get_json()["checks"]["schema"]) == (503, "failing")


def test_a_server_whose_settings_ask_for_another_engine_than_the_register_s_is_not_ready(
    register: Register, engines: FakeEngines, app: Flask
) -> None:
    register.warm_up()
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    engines.refused = register.engine().engine  # as after `re-embed` beside servers with ATTENDANCE_ENGINE
    reply = client.get("/readyz")
    assert (reply.status_code, reply.get_json()["checks"]["models"]) == (503, "failing")
    assert client.get("/healthz").get_json()["ready"] is False
    assert "fake-1" in str(readiness.checks_of(register)[2].problem)
