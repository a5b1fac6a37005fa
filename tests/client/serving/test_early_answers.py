"""What is refused before the app is asked is told in the form that whoever asks can read."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from client.problems.problem_kinds import PROBLEMS
from client.serving.early_answers import TOO_BUSY, TOO_LARGE, TOO_SLOW, EarlyAnswer
from client.serving.limits import ServerLimits
from client.serving.software_addresses import KNOWN_NAMES, PREFIX
from tests.client.served_app import WAIT_SECONDS, few_threads, serving

SMALL = ServerLimits(body_bytes=10_000)


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    with serving(app, limits=SMALL) as port:
        yield port


def refused(port: int, path: str, *, chunked: bool) -> tuple[int, str | None, Any]:
    """What is said of a body that is too large."""
    body = iter([b"x" * 5_000] * 4) if chunked else b"x" * 20_000
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    ) as connection:
        connection.request("POST", path, body, {"Content-Type": "application/json"}, encode_chunked=chunked)
        with connection.getresponse() as response:
            return response.status, response.getheader("Content-Type"), json.loads(response.read())


@pytest.mark.server
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", [f"{PREFIX}/students", f"{PREFIX}/detect", f"{PREFIX}/nothing"])
def test_the_api_says_what_is_too_large_as_a_problem(port: int, path: str, *, chunked: bool) -> None:
    status, kind, told = refused(port, path, chunked=chunked)
    assert (status, kind, told["code"]) == (413, "application/problem+json", "too-large")
    assert set(told) == {"type", "title", "status", "code", "detail", "request_id", "errors"}


@pytest.mark.server
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", KNOWN_NAMES)
def test_a_known_name_says_so_in_its_own_form(port: int, path: str, *, chunked: bool) -> None:
    for asked in (path, f"{path}/"):
        status, kind, told = refused(port, asked, chunked=chunked)
        assert (status, kind) == (413, "application/json")
        assert told == {"success": False, "message": "The limit is 10 MB per request.", "code": "too-large"}


@pytest.mark.parametrize("early", [TOO_LARGE, TOO_SLOW, TOO_BUSY])
def test_every_one_has_a_form_for_each_who_asks(early: EarlyAnswer) -> None:
    kind, body = early.content(f"{PREFIX}/marks", as_json=True, request_id="an-id")
    assert (kind, json.loads(body)["status"]) == (b"application/problem+json", early.status)
    assert PROBLEMS[early.problem].status == early.status
    assert json.loads(early.content("/recognize", as_json=False, request_id="an-id")[1])["success"] is False
    assert (
        json.loads(early.content("/capture", as_json=True, request_id="an-id")[1])["message"]
        == early.sentence
    )
    assert early.sentence.encode() in early.content("/capture", as_json=False, request_id="an-id")[1]


def test_a_page_opens_again_on_its_own_and_says_when() -> None:
    kind, body = TOO_BUSY.content("/s/a-code", as_json=False, request_id="an-id", again_in=3)
    assert kind.startswith(b"text/html")
    assert b'<meta http-equiv="refresh" content="3">' in body
    assert b"opens again in" in body
    assert b"--paper: #" in body  # the colours of all pages
    assert b"<!--" not in body


def test_what_was_sent_with_a_form_does_not() -> None:
    _, body = TOO_BUSY.content("/capture", as_json=False, request_id="an-id")
    assert b"refresh" not in body
    assert b"<!--" not in body


@pytest.mark.server
@pytest.mark.parametrize(("method", "opens"), [("GET", True), ("POST", False)])
def test_a_page_for_which_no_thread_is_free_comes_back(method: str, *, opens: bool) -> None:
    let_go, begun = threading.Event(), threading.Event()

    def held(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.set()
        let_go.wait(WAIT_SECONDS)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    def ask(how: str) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", number, timeout=WAIT_SECONDS)
        with contextlib.closing(connection):
            connection.request(how, "/s/a-code")
            response = connection.getresponse()
            return response.status, response.getheader("Retry-After"), response.read()

    limits = few_threads(1, patience_seconds=0.05)
    with serving(held, limits=limits) as number, ThreadPoolExecutor(1) as others:
        first = others.submit(ask, "GET")
        assert begun.wait(WAIT_SECONDS)
        status, retry_after, body = ask(method)
        let_go.set()
        assert first.result()[0] == 200
    assert (status, retry_after) == (503, "3")
    assert (b'content="3"' in body) is opens
