"""A long board is compressed for browsers that accept gzip; other responses are unchanged."""

from __future__ import annotations

import gzip
import re
from functools import partial

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from attendance.people.new_student import NewStudent
from attendance.register import Register
from client.web.compression import SMALLEST, compressed
from tests.client.signed_in import SignedIn

LONG, SHORT = "a student " * SMALLEST, "a student"
TOKEN = re.compile(r'(name="csrf_token" value|name="csrf-token" content)="[^"]+"')


@pytest.fixture
def browser() -> FlaskClient:
    """An app with a long page, a short one, and a long one without compression."""
    app = Flask("site")
    for path, text, status in (("/long", LONG, 200), ("/short", SHORT, 200), ("/no", LONG, 409)):
        app.add_url_rule(path, path, compressed(partial(Response, text, status)))
    return app.test_client()


def test_what_is_long_comes_in_fewer_bytes(browser: FlaskClient) -> None:
    answer = browser.get("/long", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(LONG) / 10
    assert gzip.decompress(answer.data).decode() == LONG


@pytest.mark.parametrize(
    ("path", "taken"), [("/long", ""), ("/long", "br"), ("/long", "gzip;q=0, br"), ("/short", "gzip")]
)
def test_what_is_short_or_not_taken_comes_as_it_is(browser: FlaskClient, path: str, taken: str) -> None:
    answer = browser.get(path, headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"  # caches must store both variants
    assert answer.text in (LONG, SHORT)


def test_the_status_stays(browser: FlaskClient) -> None:
    answer = browser.get("/no", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (409, "gzip")


def test_a_board_is_compressed_and_pages_that_show_what_was_asked_are_not(
    teacher: SignedIn, register: Register
) -> None:
    for number in range(3, 60):
        register.students.add(NewStudent(str(number), f"Student {number}"))
    path = f"/teach/sessions/{register.sessions.today().id}/board"
    gzipped = teacher.get(path, headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(gzipped.data).decode()
    assert len(gzipped.data) < len(page) / 5
    assert TOKEN.sub("", page) == TOKEN.sub("", teacher.get(path).text)
    for other in ("/teach/students/?q=Student", "/teach/reports/?first=x"):
        answer = teacher.get(other, headers={"Accept-Encoding": "gzip"})
        assert len(answer.data) > SMALLEST
        assert "Content-Encoding" not in answer.headers


def test_nothing_of_the_request_stands_on_a_board(teacher: SignedIn, register: Register) -> None:
    path = f"/teach/sessions/{register.sessions.today().id}/board"
    asked = {"q": "guess-of-a-token", "since": "guess-of-a-token", "held": "guess-of-a-token"}
    for page in (path, f"{path}/changes"):
        answer = teacher.get(
            page, query_string=asked, headers={"Referer": "https://guess-of-a-token.example"}
        )
        assert answer.status_code == 200
        assert "guess-of-a-token" not in answer.text


@pytest.mark.parametrize("name", ["teacher.css", "js/board.js"])
def test_styles_and_scripts_are_compressed_and_still_revalidated(client: FlaskClient, name: str) -> None:
    path = f"/static/{name}"
    plain = client.get(path, buffered=True)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    known = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    again = client.get(path, headers=known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert (head.headers["Content-Encoding"], head.data) == ("gzip", b"")


def test_parts_of_a_style_are_not_compressed(client: FlaskClient) -> None:
    wanted = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    answer = client.get("/static/teacher.css", headers=wanted, buffered=True)
    assert (answer.status_code, len(answer.data)) == (206, 10)
    assert "Content-Encoding" not in answer.headers
