"""What goes wrong, in the product's look and as JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from attendance.errors import EngineMismatchError
from face_detection.errors import BusyError, EngineError, ModelFileError
from tests.attendance.fake_pipeline import burst_beside
from tests.client.conftest import JSON, PAGE, Phone

KEYS = {"status", "code", "message", "student", "session", "marked_at"}


def test_a_person_gets_a_page_and_a_program_json(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"Accept": PAGE})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is no such page" in page.text
    answer = client.get("/nowhere", headers={"Accept": JSON})
    assert (answer.status_code, answer.mimetype) == (404, JSON)
    assert set(answer.get_json()) == KEYS
    assert answer.get_json()["code"] == "page_unknown"


@pytest.mark.parametrize(
    "path", ["/login", "/teach/", "/realtime/", "/", "/c", "/nowhere", "/api/v1/students"]
)
@pytest.mark.parametrize("host", ["a" * 70, "a..b", "\u00ad.example", "[", "x y"])
def test_a_host_that_is_no_name_is_refused_on_every_page(app: Flask, path: str, host: str) -> None:
    assert asked_by(app, path, host) < 500
    for none in ("a" * 70, "xn--a"):
        assert asked_by(app, path, none) == 400


def test_a_host_that_is_no_name_opens_no_page_behind_a_code(app: Flask, phone: Phone) -> None:
    assert asked_by(app, phone.url, "localhost") == 200
    assert asked_by(app, phone.url, "xn--a") == 400


def asked_by(app: Flask, path: str, host: str) -> int:
    """The status for a request with this Host; Flask's client can't send all of them."""
    environ = EnvironBuilder(path=path).get_environ() | {"HTTP_HOST": host.encode().decode("latin-1")}
    return int(run_wsgi_app(app, environ)[1][:3])


@pytest.mark.parametrize("accept", ["*/*", "", "text/html", "text/plain"])
def test_who_does_not_ask_for_json_gets_a_page(client: FlaskClient, accept: str) -> None:
    assert client.get("/nowhere", headers={"Accept": accept}).mimetype == "text/html"


@pytest.mark.parametrize("path", ["/s/anything", "/capture"])
def test_while_the_store_is_away_one_is_told_to_wait(away: Flask, phone: Phone, path: str) -> None:
    phone.scan()
    away_phone = Phone(away, phone.signatures, lambda: "/s/anything")
    away_phone.grant = phone.grant
    if path == "/capture":
        photo = phone.face("Eileen Collins")
        reply = away_phone.submit(photo, burst=burst_beside(photo, phone.asked()))
    else:
        reply = away_phone.scan()
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) >= 1
    if reply.is_json:
        assert (reply.get_json()["status"], reply.get_json()["code"]) == ("error", "store_away")
    else:
        assert "Nothing is lost" in reply.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BusyError("8 photos wait"), "busy"),
        (EngineMismatchError("templates of another engine"), "engine_unavailable"),
        (ModelFileError("weights.h5 is cut short"), "engine_unavailable"),
        (EngineError("no such engine"), "engine_unavailable"),
    ],
)
def test_what_is_not_the_phones_fault_is_503(
    app: Flask, error: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/stumble", view_func=_raising(error))
    with caplog.at_level(logging.WARNING):
        reply = app.test_client().get("/stumble", headers={"Accept": JSON})
    assert (reply.status_code, reply.get_json()["code"]) == (503, code)
    assert int(reply.headers["Retry-After"]) >= 1
    assert str(error) in caplog.text  # the admin reads what the phone does not
    assert str(error) not in reply.text


@pytest.mark.parametrize("accept", [JSON, PAGE])
def test_a_mistake_of_ours_says_so_and_shows_nothing_of_it(app: Flask, accept: str) -> None:
    app.testing = False
    app.add_url_rule("/stumble", view_func=_raising(RuntimeError("a secret of the inside")))
    reply = app.test_client().get("/stumble", headers={"Accept": accept})
    assert reply.status_code == 500
    assert "Something went wrong" in reply.text or reply.get_json()["code"] == "server_error"
    assert "secret of the inside" not in reply.text
    assert "Traceback" not in reply.text
    assert reply.headers["Cache-Control"] == "no-store"


def _raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view
