"""No token reaches the log, whatever logs the line."""

from __future__ import annotations

import logging

import pytest
from websockets.frames import Frame, Opcode

from client.startup.logging.discreet import DiscreetFormatter
from client.startup.logging.logs import REJECTED_HANDSHAKE, is_noteworthy

TOKEN = "Zm9vYmFyYmF6cXV4MTIzNA"


@pytest.mark.parametrize(
    "message", [f"Exception on /s/{TOKEN} [GET]", f"GET 'https://class.example/s/{TOKEN}?x=1' failed"]
)
def test_the_sessions_address_is_cut(message: str) -> None:
    record = logging.LogRecord("any", logging.ERROR, "here", 1, message, None, None)
    assert TOKEN not in DiscreetFormatter().format(record)


@pytest.mark.parametrize(
    "message",
    [
        '127.0.0.1 - "WebSocket /ws?device=door&token=fa%5Fsecret" [accepted]',
        "< GET /ws?token=secret&scores=0 HTTP/1.1",
        "the token fa_secret0123456789012345678901234567890123456 is unknown",
        "< Authorization: Basic secret=",
        "< cookie: attendance_login=secret; other=secret",
        "< Sec-WebSocket-Protocol: attendance.1, token.secret",
    ],
)
def test_tokens_and_cookies_are_cut(message: str) -> None:
    record = logging.LogRecord("uvicorn.error", logging.DEBUG, "here", 1, message, None, None)
    line = DiscreetFormatter().format(record)
    assert "secret" not in line
    assert "…" in line


@pytest.mark.parametrize(
    ("direction", "content"),
    [
        (">", b'{"message":"Attendance marked for Grace [Hopper]."}'),
        ("<", b'{"type": "click", "student": "Grace [Hopper]"}'),
        (">", b'{"name":"Grace [Hopper]"' + b"," * 200 + b'"roll_no":"Grace"}'),
    ],
)
def test_what_sockets_say_about_people_is_cut(direction: str, content: bytes) -> None:
    arguments = (direction, Frame(Opcode.TEXT, content))
    record = logging.LogRecord("uvicorn.error", logging.DEBUG, "here", 1, "%s %s", arguments, None)
    assert DiscreetFormatter().format(record) == f"{direction} TEXT … [{len(content)} bytes]"


def test_a_traceback_is_cut_too() -> None:
    error = RuntimeError(f"no page /s/{TOKEN}")
    info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("any", logging.ERROR, "here", 1, "failed", None, info)
    line = DiscreetFormatter().format(record)
    assert "RuntimeError" in line
    assert TOKEN not in line


def test_what_is_no_address_of_a_session_stays() -> None:
    record = logging.LogRecord("any", logging.INFO, "here", 1, "GET /static/app.css 200", None, None)
    assert DiscreetFormatter().format(record) == "GET /static/app.css 200"


def test_a_refused_websocket_is_no_news_and_other_errors_are() -> None:
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "here", 1, REJECTED_HANDSHAKE, None, None)
    other = logging.LogRecord("uvicorn.error", logging.ERROR, "here", 1, "Exception in ASGI", None, None)
    assert (is_noteworthy(record), is_noteworthy(other)) == (False, True)
