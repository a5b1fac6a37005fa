"""Pages of other sites may call the API only where the settings list them."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.register import Register
from client.flaskapp import create_app
from client.software.lazy_api_app import software_of
from tests.client.served_app import connect, read_to_end, serving

SCHOOL = "https://school.example"
WANTED = (
    "authorization,content-type,idempotency-key,if-match,if-none-match,last-event-id,"
    "ngrok-skip-browser-warning,x-request-id,x-requested-with"
)


@pytest.fixture
def app(request: pytest.FixtureRequest, register: Register) -> Flask:
    register.settings = replace(register.settings, cors=getattr(request, "param", ()))
    return create_app(register=register)


def asked_first(app: Flask, origin: str, path: str = "/api/v1/students") -> TestResponse:
    """A browser's preflight request before another site's page may write."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": WANTED,
    }
    return app.test_client().options(path, headers=headers)


def test_at_first_no_page_of_another_site_may_call(app: Flask) -> None:
    answer = asked_first(app, SCHOOL)
    assert "Access-Control-Allow-Origin" not in answer.headers
    got = app.test_client().get("/api/v1/about", headers={"Origin": SCHOOL})
    assert "Access-Control-Allow-Origin" not in got.headers


@pytest.mark.parametrize("app", [(SCHOOL, "https://other.example:8443")], indirect=True)
def test_a_listed_origin_may_and_no_other(app: Flask) -> None:
    answer = asked_first(app, SCHOOL)
    assert answer.headers["Access-Control-Allow-Origin"] == SCHOOL
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert sorted(name.strip() for name in allowed.split(",")) == WANTED.split(",")
    assert "Access-Control-Allow-Credentials" not in answer.headers
    for other in ("https://school.example.evil.example", "http://school.example", "null"):
        assert "Access-Control-Allow-Origin" not in asked_first(app, other).headers


@pytest.mark.parametrize("app", [(SCHOOL,)], indirect=True)
def test_a_listed_page_reads_problems_too_and_nothing_but_the_api(app: Flask) -> None:
    problem = app.test_client().get("/api/v1/about", headers={"Origin": SCHOOL})
    assert problem.status_code == 401
    assert problem.headers["Access-Control-Allow-Origin"] == SCHOOL
    wrong = app.test_client().put("/api/v1/about", headers={"Origin": SCHOOL})
    assert "Allow" in wrong.headers["Access-Control-Expose-Headers"].split(", "), "it names the right methods"
    for path in ("/teach/", "/healthz", "/s/x", "/login"):
        got = app.test_client().get(path, headers={"Origin": SCHOOL})
        assert "Access-Control-Allow-Origin" not in got.headers


@pytest.mark.parametrize("app", [(SCHOOL,)], indirect=True)
def test_a_listed_page_may_call_every_name_that_other_systems_know(app: Flask) -> None:
    rules = software_of(app).url_map.iter_rules()
    known = [rule.rule for rule in rules if rule.endpoint.startswith("known_")]
    assert len(known) == 6
    for path in known:
        for asked in (path, f"{path}/"):
            assert asked_first(app, SCHOOL, asked).headers["Access-Control-Allow-Origin"] == SCHOOL
        assert "Access-Control-Allow-Origin" not in asked_first(app, SCHOOL, f"{path}/more").headers


@pytest.mark.parametrize("app", [(SCHOOL,), (SCHOOL, "https://other.example")], indirect=True)
@pytest.mark.parametrize("origin", [None, SCHOOL, "https://elsewhere.example", "null"])
def test_caches_keep_what_each_page_was_answered_apart(
    app: Flask, register: Register, origin: str | None
) -> None:
    """A response that allowed nobody must not be given to a page that is allowed, nor the other way round."""
    token = register.api_tokens.make("software", ["students:read"], by="admin").text
    from_page = {} if origin is None else {"Origin": origin}
    known = {**from_page, "Authorization": f"Bearer {token}"}
    client = app.test_client()
    read = client.get("/api/v1/students", headers=known)
    answers = [
        read,
        client.get("/api/v1/students", headers={**known, "If-None-Match": read.headers["ETag"]}),
        client.get("/api/v1/students", headers=from_page),
        client.get("/api/v1/students?limit=0", headers=known),
        client.get("/api/v1/nothing", headers=from_page),
        client.get("/api/v1/openapi.json", headers=from_page),
        client.post("/recognize", headers=from_page),
        client.post("/api/v1/about", headers=from_page),
        client.options("/api/v1/students", headers={**from_page, "Access-Control-Request-Method": "GET"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 304, 401, 422, 404, 200, 401, 405, 200]
    for answer in answers:
        assert "origin" in answer.vary
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        assert allowed == (origin if origin == SCHOOL else None)
    assert all("authorization" in answer.vary for answer in answers[:4])


@pytest.mark.parametrize("app", [("http://[::1]:3000",)], indirect=True)
def test_an_origin_with_an_ipv6_address_is_that_origin_alone(app: Flask) -> None:
    assert asked_first(app, "http://[::1]:3000").headers["Access-Control-Allow-Origin"] == "http://[::1]:3000"
    for other in ("http://1:3000", "http://::3000", "http://[::1]:3000.example", "http://[::1]:30000"):
        assert "Access-Control-Allow-Origin" not in asked_first(app, other).headers


@pytest.mark.parametrize("app", [("https://school.example",)], indirect=True)
def test_a_dot_in_an_origin_is_a_dot(app: Flask) -> None:
    assert "Access-Control-Allow-Origin" not in asked_first(app, "https://schoolxexample").headers


@pytest.mark.parametrize("app", [(SCHOOL,)], indirect=True)
def test_a_listed_page_reads_every_header_of_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json", headers={"Origin": SCHOOL})
    exposed = document.headers["Access-Control-Expose-Headers"].split(", ")
    assert {*document.get_json()["components"]["headers"], "Allow"} == set(exposed)


@pytest.mark.server
@pytest.mark.parametrize("app", [(SCHOOL,)], indirect=True)
def test_a_listed_page_reads_what_is_answered_before_the_app_is_asked(app: Flask) -> None:
    with serving(app) as port:
        for path, origin, allowed in (
            ("/create-student", SCHOOL, True),
            ("//register/", SCHOOL, True),
            ("/api/v1/detect", SCHOOL, True),
            ("/create-student", "https://other.example", False),
            ("/capture", SCHOOL, False),
        ):
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n"
            with connect(port) as connection:
                connection.sendall(f"{head}Content-Length: 99999999\r\n\r\n".encode())
                connection.shutdown(socket.SHUT_WR)
                answer = read_to_end(connection).decode().lower()
            assert answer.startswith("http/1.1 413")
            assert (f"access-control-allow-origin: {origin}" in answer) is allowed, path
            assert ("vary: origin" in answer) is (path != "/capture"), path
