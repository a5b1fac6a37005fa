"""A site that forbids plain http: nobody in the network reads along, since nothing is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.register import Register
from client.software.lazy_api_app import software_of
from client.web.plain_http import has_camera
from tests.client.access.test_access import address
from tests.client.conftest import Phone

NETWORK = {"REMOTE_ADDR": "192.168.1.30"}
SERVER = "http://192.168.1.20:8080"


@pytest.fixture
def forbidden(register: Register) -> None:
    register.settings = replace(register.settings, plain_http="forbidden")


@pytest.mark.usefixtures("forbidden")
def test_a_site_that_forbids_plain_http_refuses_every_page_from_elsewhere(app: Flask) -> None:
    answered = {}
    for one in (app, software_of(app)):
        for rule in one.url_map.iter_rules():
            if rule.endpoint in ("static", "health.health"):
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                url = address(one, rule)
                answer = app.test_client().open(url, method=method, base_url=SERVER, environ_base=NETWORK)
                answered[method, rule.rule] = answer.status_code
    assert {route: status for route, status in answered.items() if status != 403} == {}


@pytest.mark.usefixtures("forbidden")
def test_the_phone_is_told_in_a_sentence(phone: Phone) -> None:
    answer = phone.client.get(phone.url, base_url=SERVER, environ_base=NETWORK)
    assert answer.status_code == 403
    assert "This connection is not private" in answer.text
    assert 'name="grant"' not in answer.text


@pytest.mark.usefixtures("forbidden")
def test_https_and_this_computer_are_not_concerned(phone: Phone, client: FlaskClient) -> None:
    assert phone.scan().status_code == 200
    secure = client.get(phone.url, base_url="https://school.example", environ_base=NETWORK)
    assert secure.status_code == 200
    assert client.get("/healthz", base_url=SERVER, environ_base=NETWORK).status_code == 200


def test_without_the_switch_phones_check_in_over_plain_http(phone: Phone) -> None:
    assert phone.client.get(phone.url, base_url=SERVER, environ_base=NETWORK).status_code == 200


@pytest.mark.parametrize(
    ("asked", "on_the_wall", "expected"),
    [
        ("https://school.example", None, True),
        ("http://localhost:8080", None, True),
        ("http://127.0.0.1:8080", SERVER, True),
        (SERVER, None, False),
        (SERVER, SERVER, False),
        (SERVER, "https://school.example", True),
        ("http://school.example", "https://school.example", True),
        ("http://localhost.example", SERVER, False),
    ],
)
def test_a_phone_has_a_camera_where_the_code_leads_to_a_secure_page(
    app: Flask, asked: str, on_the_wall: str | None, *, expected: bool
) -> None:
    app.config["PUBLIC_URL"] = on_the_wall
    with app.test_request_context(base_url=asked):
        assert has_camera() is expected
