"""Every answer has the id of its request, by which it is found in the log."""

from __future__ import annotations

import http.client
import io
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.problems.request_ids import HEADER, LONGEST, request_id
from client.serving.limits import ServerLimits
from client.software.live.sockets import _refusal
from client.startup.logging.logs import set_up_logging
from client.web.answers.request_ids import name_request
from tests.client.served_app import WAIT_SECONDS, connect, read_to_end, serving, wait_until

EVERYWHERE = [
    "/",
    "/nowhere",
    "/healthz",
    "/static/tokens.css",
    "/teach/",
    "/api/v1/about",
    "/api/v1/nothing",
    "/api/v1/openapi.json",
    "/recognize",
    "/ws",
]
SANE = ["7d3c1c1e-5a0f-4a39-9f0e-0d5a3f6c2b11", "Root=1-67891233-abcdef", "a/b+c==", "x" * LONGEST]
NOT_SANE = ["", " ", "two words", "x" * (LONGEST + 1), "a\x1b[2J", "a\tb", 'a"b', "é", "a;b", "<b>"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_id_that_was_sent(client: FlaskClient, path: str) -> None:
    for sent in SANE:
        answer = client.get(path, headers={HEADER: sent}, buffered=True)
        assert answer.headers.getlist(HEADER) == [sent]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_without_one_each_has_its_own(client: FlaskClient, path: str) -> None:
    given = {client.get(path, buffered=True).headers[HEADER] for _ in range(3)}
    assert len({UUID(each) for each in given}) == 3


@pytest.mark.parametrize("sent", NOT_SANE)
def test_what_a_log_or_a_terminal_could_stumble_over_is_replaced(sent: str) -> None:
    assert UUID(request_id(sent))


def test_a_problem_names_it(client: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/v1/about", "/ws?unknown=1"):
        answer = client.get(path, headers={HEADER: "an-id", "X-Socket-Handshake": "websocket"})
        assert answer.get_json(force=True)["request_id"] == answer.headers[HEADER] == "an-id"


def test_what_an_app_logs_names_the_request(app: Flask) -> None:
    record = logging.LogRecord("any", logging.ERROR, "here", 1, "failed", None, None)
    assert name_request(record)
    assert record.__dict__["request"] == ""
    with app.test_request_context(headers={HEADER: "an-id"}):
        assert name_request(record)
    assert record.__dict__["request"] == "  [an-id]"


@contextmanager
def logging_as_it_was() -> Iterator[None]:
    """Undo what a block sets up."""
    loggers = [logging.getLogger(name) for name in (None, "client.access", "uvicorn.error")]
    before = [(each.level, each.handlers[:], each.filters[:], each.propagate) for each in loggers]
    try:
        yield
    finally:
        for logger, (level, handlers, filters, propagates) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.handlers, logger.filters, logger.propagate = handlers, filters, propagates


def test_the_log_has_it_behind_the_message(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    with logging_as_it_was():
        logging.getLogger().handlers = []  # those of pytest, which would be closed
        set_up_logging(debug=False)
        with app.test_request_context(headers={HEADER: "an-id"}):
            logging.getLogger("any").warning("something is wrong")
        logging.getLogger("any").warning("outside of a request")
    first, second = written.getvalue().splitlines()
    assert first.endswith("something is wrong  [an-id]")
    assert second.endswith("outside of a request")


@pytest.mark.server
def test_the_servers_log_and_its_early_answers_have_it(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "client.access")
    with serving(app, limits=ServerLimits(body_bytes=1000)) as port:
        for path, sent, shown in (
            ("/api/v1/students", "an-id", "an-id"),
            ("/capture", "b-id", "b-id"),
            ("/api/v1/detect", "not sane", None),
        ):
            answer, body = too_large(port, path, sent)
            assert answer.status == 413
            found = answer.getheader(HEADER) or ""
            assert found == shown or UUID(found)
            wait_until(lambda found=found: any(f"[{found}]" in line for line in caplog.messages))  # type: ignore[misc]
            if path.startswith("/api/"):
                assert f'"request_id": "{found}"' in body


def too_large(port: int, path: str, sent: str) -> tuple[http.client.HTTPResponse, str]:
    """The answer to a body that is too large."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)) as connection:
        connection.request("POST", path, b"x" * 2000, {HEADER: sent})
        answer = connection.getresponse()
        return answer, answer.read().decode()


@pytest.mark.server
def test_the_app_and_the_server_agree_on_it(app: Flask) -> None:
    """Also where a client sends it twice, or under a name that WSGI can't tell from it."""
    lines = "X-Request-Id: one\r\nX-Request-Id: two\r\nX_Request_Id: three\r\n"
    with serving(app) as port, connect(port) as connection:
        connection.sendall(
            f"GET /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n".encode()
        )
        answer = read_to_end(connection).decode().lower()
    assert answer.count("x-request-id: one\r\n") == 1
    assert answer.count("x-request-id") == 1
    assert '"request_id":"one"' in answer


def test_a_socket_that_is_refused_has_it_too() -> None:
    scope: dict[str, Any] = {"headers": [(b"x-request-id", b"an-id")]}
    answer = _refusal(ApiProblemError(ProblemCode.TRY_LATER, "full"), scope)
    assert (b"x-request-id", b"an-id") in answer.headers
    assert b'"request_id": "an-id"' in answer.body
