"""Who may call the API, and which problem everyone else gets."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.software.lazy_api_app import software_of
from client.software.protocol.guard import Needs, mark_view
from tests.attendance.frozen_clock import FrozenClock
from tests.client.software.conftest import Software, WithScopes, is_problem


def test_a_token_says_what_it_is_and_who_serves(software: Software) -> None:
    about = software.get("/about").get_json()
    assert about["engine"] == "fake-1"
    assert about["token"]["scopes"] == [scope.value for scope in Scope]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "fa_x"])
def test_without_a_token_nobody_gets_in(app: Flask, header: str) -> None:
    answer = Software(app, None).get("/about", headers={"Authorization": header})
    assert is_problem(answer, 401, "token-missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def basic(name: str, password: str = "") -> str:
    """The header that programs make of ``https://name:password@server``."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_a_program_may_have_its_token_in_the_servers_address(app: Flask, software: Software) -> None:
    token = software.token or ""
    nobody = Software(app, None)
    for header in (basic("api", token), basic(token), basic(token, "x"), basic("fa_x", token)):
        assert nobody.get("/about", headers={"Authorization": header}).status_code == 200
    for header in (basic("api", "x"), basic("", ""), "Basic", "Basic !", "Basic " + "/" * 8):
        answer = nobody.get("/about", headers={"Authorization": header})
        assert is_problem(answer, 401, "token-missing")
    assert is_problem(nobody.get("/about", headers={"Authorization": basic("fa_x")}), 401, "token-invalid")


@pytest.mark.parametrize(
    "browsers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_browser_may_not_because_it_sends_such_a_password_for_any_page(
    app: Flask, software: Software, browsers: dict[str, str]
) -> None:
    headers = {"Authorization": basic("api", software.token or ""), **browsers}
    assert is_problem(Software(app, None).get("/about", headers=headers), 401, "token-missing")
    assert software.get("/about", headers=browsers).status_code == 200


@pytest.mark.parametrize("token", ["x", "fa_" + "A" * 43, "fa_" + "A" * 100_000])
def test_a_token_that_nobody_made_is_worth_nothing(app: Flask, token: str) -> None:
    assert is_problem(Software(app, token).get("/about"), 401, "token-invalid")


def test_a_revoked_token_and_one_whose_time_is_over_are_worth_nothing(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    revoked = register.api_tokens.make("old", ["marks:read"], by="admin")
    short = register.api_tokens.make(
        "short", ["marks:read"], by="admin", expires_at=clock.now() + timedelta(hours=1)
    )
    assert Software(app, short.text).get("/about").status_code == 200
    register.api_tokens.revoke(revoked.token.id)
    clock.advance(hours=2)
    assert is_problem(Software(app, revoked.text).get("/about"), 401, "token-invalid")
    assert is_problem(Software(app, short.text).get("/about"), 401, "token-invalid")


def test_a_token_is_not_taken_where_others_can_read_it(software: Software, register: Register) -> None:
    plain = {"REMOTE_ADDR": "192.168.1.20"}
    answer = software.get("/about", environ_overrides=plain)
    assert is_problem(answer, 403, "not-secure")
    assert "or call from the server's own machine." in answer.get_json()["detail"]
    register.settings = replace(register.settings, trusted_proxies=(ip_network("127.0.0.0/8"),))
    answer = software.get("/about", environ_overrides=plain)
    assert is_problem(answer, 403, "not-secure")
    assert "Use the https address of the proxy" in answer.get_json()["detail"]
    safe = {"REMOTE_ADDR": "192.168.1.20", "wsgi.url_scheme": "https"}
    assert software.get("/about", environ_overrides=safe).status_code == 200


def test_a_login_alone_opens_no_door_of_the_api(app: Flask, software: Software) -> None:
    assert is_problem(Software(app, None).get("/about"), 401, "token-missing")


def test_what_is_not_there_is_a_problem_too(software: Software) -> None:
    assert is_problem(software.get("/nothing"), 404, "not-found")
    wrong = software.call("POST", "/about")
    assert is_problem(wrong, 405, "method-not-allowed")
    assert "GET" in wrong.headers["Allow"]


@pytest.mark.parametrize("path", ["/about/", "//about", "/students/", "//students", "/students//", "/", ""])
def test_a_slash_too_many_is_told_as_not_there(software: Software, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert is_problem(software.call(method, path), 404, "not-found"), method


@pytest.mark.parametrize("path", ["/api", "/api/", "/api//v1/students", "/api/v2/students", "/api/v1x"])
def test_nothing_below_api_answers_with_a_page(client: FlaskClient, path: str) -> None:
    assert is_problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(app: Flask, method: str) -> None:
    rules = [rule for rule in software_of(app).url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    by_path: dict[str, set[str]] = {}
    for rule in rules:
        by_path.setdefault(rule.rule, set()).update(rule.methods or set())
    assert len(by_path) > 15
    for path, methods in by_path.items():
        if method not in methods:
            answer = app.test_client().open(path, method=method)
            assert is_problem(answer, 405, "method-not-allowed"), path
            assert {*answer.headers["Allow"].split(", ")} == methods, path


def test_an_error_of_ours_is_a_problem_that_tells_nothing(
    app: Flask, with_scopes: WithScopes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("a secret")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(software_of(app).view_functions, "api_about.get_about", broken)
    mark_view(broken, Needs(None))
    answer = with_scopes(Scope.LIVE).get("/about")
    assert is_problem(answer, 500, "server-error")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 99_000,
        b'{"a":' * 99_000,
        b'{"name": NaN}',
        b'{"name": -Infinity}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b'{"name": "Physics", "name": "Chemistry"}',
        b'{"name": "Physics", "schedule": [{"weekday": 1, "weekday": 2}]}',
    ],
)
def test_json_that_python_would_stumble_over_or_that_says_two_things_is_refused(
    software: Software, register: Register, body: bytes
) -> None:
    answer = software.call("POST", "/courses", data=body, content_type="application/json")
    assert is_problem(answer, 400, "bad-request")
    assert not register.courses.all(hidden=True)
