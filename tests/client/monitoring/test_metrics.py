"""What Prometheus reads, and who may."""

from __future__ import annotations

import http.client
import math
import re
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.errors import StoreUnavailableError
from attendance.measures import Measures, Stage
from attendance.register import Register
from attendance.settings.settings import Settings
from client import create_app
from client.monitoring import readiness
from client.monitoring.metrics import Metrics
from client.serving.observer import OBSERVERS
from tests.client.conftest import AwayStore, Phone
from tests.client.served_app import serving

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a site whose monitoring runs on the same computer."""
    return replace(settings, metrics=(ip_network("127.0.0.1"), ip_network("10.0.0.0/8")))


def read(client: FlaskClient, **options: Any) -> dict[str, float]:
    """The samples that Prometheus would store."""
    reply = client.get("/metrics", base_url="http://localhost", **options)
    assert reply.status_code == 200
    lines = [line for line in reply.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_verdicts_problems_and_stages_are_counted(app: Flask, register: Register) -> None:
    register.measures.judged("present")
    register.measures.judged("present")
    with register.measures.timed(Stage.DECIDE):
        pass
    with pytest.raises(StoreUnavailableError), register.measures.timed(Stage.RECORD):
        raise StoreUnavailableError
    client = app.test_client()
    client.get("/s/nowhere")
    samples = read(client)
    assert samples['attendance_check_ins_total{verdict="present"}'] == 2
    assert samples['attendance_stage_seconds_count{stage="decide"}'] == 1
    assert samples['attendance_stage_seconds_count{stage="record"}'] == 1
    assert samples['attendance_problems_total{problem="session_unknown"}'] == 1
    assert samples["attendance_up"] == 1
    assert samples["attendance_ready"] == float(register.ready)


def test_requests_are_counted_by_area_and_not_by_address(app: Flask) -> None:
    [observer] = app.extensions[OBSERVERS]
    observer("/capture", "POST", 200, 0.2)
    observer("/s/secret", "GET", 200, 0.01)
    observer("/etc/passwd", "BREW", 0, 4.0)
    samples = read(app.test_client())
    assert samples['attendance_requests_total{area="capture",method="POST",status="200"}'] == 1
    assert samples['attendance_requests_total{area="s",method="GET",status="200"}'] == 1
    assert samples['attendance_requests_total{area="other",method="other",status="disconnected"}'] == 1
    assert samples['attendance_request_seconds_bucket{area="capture",le="0.25"}'] == 1
    assert samples['attendance_request_seconds_bucket{area="capture",le="0.1"}'] == 0
    assert not any("secret" in name or "passwd" in name for name in samples)


def failing(samples: dict[str, float]) -> set[str]:
    """What the metrics call failing."""
    names = {name: value for name, value in samples.items() if name.startswith("attendance_failing{")}
    assert len(names) >= 9
    return {name.split('"')[1] for name, value in names.items() if value}


def test_what_fails_is_what_the_signs_of_life_call_failing(
    client: FlaskClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.warm_up()
    assert failing(read(client)) == set()
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 62)
    register.backups.problem = "The disk is not there."
    assert failing(read(client)) == {"disk", "backup"}


def test_a_database_that_can_only_be_read_is_not_up(client: FlaskClient, register: Register) -> None:
    def full() -> None:
        raise StoreUnavailableError("database or disk is full")

    assert read(client)["attendance_up"] == 1
    register.store.__dict__["check"] = full
    samples = read(client)
    assert (samples["attendance_up"], "store" in failing(samples)) == (0, True)
    assert client.get("/healthz").status_code == 503


def test_a_database_that_is_away_is_asked_once(away: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(store: AwayStore, question: str) -> Any:
        asked.append(question)
        raise StoreUnavailableError(f"{store.name} gave no answer to {question} within 5 s")

    client = away.test_client()
    monkeypatch.setattr(AwayStore, "__getattr__", lambda store, name: lambda *_: answer(store, name))
    samples = read(client)
    assert (samples["attendance_up"], asked) == (0, ["check"])
    assert math.isnan(samples["attendance_reviews_waiting"])


@pytest.mark.server
def test_the_server_counts_what_it_answers_before_any_app_is_asked(app: Flask) -> None:
    with serving(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        connection.request("POST", "/capture", headers={"Content-Length": "99999999999"})
        assert connection.getresponse().status == 413
        connection.close()
    samples = read(app.test_client())
    assert samples['attendance_requests_total{area="healthz",method="GET",status="200"}'] == 1
    assert samples['attendance_requests_total{area="capture",method="POST",status="413"}'] == 1


@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "10.0.0.1"}},
        {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1.0"}},
    ],
    ids=["elsewhere", "through a proxy that nobody named", "through a proxy that adds nothing"],
)
def test_for_others_there_is_no_such_page(client: FlaskClient, options: dict[str, Any]) -> None:
    assert client.get("/metrics", base_url="http://localhost", **options).status_code == 404


def test_another_network_of_the_setting_may_read(client: FlaskClient) -> None:
    assert read(client, environ_base={"REMOTE_ADDR": "10.20.30.40"})


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.1"])
def test_monitoring_on_the_computer_of_a_trusted_proxy_may_read_and_visitors_may_not(
    register: Register, settings: Settings, place: str
) -> None:
    register.settings = replace(settings, trusted_proxies=(ip_network(place),))
    client = create_app(register=register).test_client()
    assert read(client, environ_base={"REMOTE_ADDR": place})

    def status(visitor: str, host: str = "localhost", **environ: str) -> int:
        headers = {"X-Forwarded-For": visitor} if visitor else {}
        base = {"REMOTE_ADDR": place, **environ}
        return client.get(
            "/metrics", base_url=f"http://{host}", headers=headers, environ_overrides=base
        ).status_code

    assert [status("192.0.2.7"), status(place), status("nonsense")] == [404] * 3
    assert status("", SERVER_PROTOCOL="HTTP/1.0") == 404
    if place == "127.0.0.1":
        assert status("", host="school.example") == 404


def test_the_settings_of_the_guide_let_the_monitoring_of_the_same_machine_in(
    register: Register, settings: Settings
) -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text()
    environ = dict(re.findall(r"^    (ATTENDANCE_[A-Z_]+)=(\S+)$", guide, re.MULTILINE))
    assert {"ATTENDANCE_TRUSTED_PROXIES", "ATTENDANCE_METRICS"} <= set(environ)
    named = Settings.from_env(environ)
    register.settings = replace(settings, trusted_proxies=named.trusted_proxies, metrics=named.metrics)
    assert read(create_app(register=register).test_client())


def test_without_the_setting_nothing_is_measured(register: Register, settings: Settings) -> None:
    register.settings = replace(settings, metrics=())
    register.measures = Measures()
    app = create_app(register=register)
    assert app.test_client().get("/metrics", base_url="http://localhost").status_code == 404
    assert OBSERVERS not in app.extensions
    register.measures.judged("present")  # nobody listens


def test_every_name_begins_alike() -> None:
    text = Metrics((), {"up": ("Whether it is.", lambda: 1.0)}, lambda: {"version": "1"}).text().decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert names
    assert all(name.startswith(("attendance_", "process_")) for name in names)


def test_a_check_in_is_measured_once_however_often_it_is_sent(phone: Phone, app: Flask) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    assert phone.submit(photo).get_json()["code"] == "present"
    assert phone.submit(photo).get_json()["code"] == "present"
    samples = read(app.test_client())
    assert samples['attendance_check_ins_total{verdict="present"}'] == 1
    for stage in Stage:
        assert samples[f'attendance_stage_seconds_count{{stage="{stage}"}}'] == 1
