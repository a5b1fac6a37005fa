"""Only complete requests reach the app, and slow or huge ones don't hold up others."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.client.served_app import (
    WAIT_SECONDS,
    chunk,
    connect,
    few_threads,
    post_head,
    read_to_end,
    serving,
    wait_until,
)

pytestmark = pytest.mark.server

SMALL = few_threads(
    2,
    body_bytes=10_000,
    body_seconds=600.0,
    body_grace_seconds=600.0,
    bodies_bytes=30_000,
    discard_seconds=1.0,
)


class Echo:
    """A WSGI app that echoes and records its requests."""

    def __init__(self) -> None:
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.environs.append(environ)
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    body: bytes
    retry_after: str | None


def post(port: int, body: bytes, path: str = "/capture", accept: str = "*/*") -> Answer:
    """Send a valid request."""
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    ) as connection:
        connection.request("POST", path, body, {"Accept": accept})
        with connection.getresponse() as response:
            return Answer(response.status, response.read(), response.getheader("Retry-After"))


def test_a_body_arrives_as_it_was_sent(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port:
        answer = post(port, b"x" * 9_999)
        assert (answer.status, answer.body) == (200, b"x" * 9_999)


def test_a_chunked_body_reaches_the_app_with_its_real_length(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port, connect(port) as phone:
        phone.sendall(post_head(None, "Connection: close") + chunk(b"ab") + chunk(b"cde") + b"0\r\n\r\n")
        assert read_to_end(phone).endswith(b"\r\n\r\nabcde")
    assert echo.environs[0]["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in echo.environs[0]


def test_a_declared_length_beyond_the_limit_is_refused_at_once(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port, connect(port) as phone:
        phone.sendall(post_head(10_001, "Expect: 100-continue"))
        answer = read_to_end(phone)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer
    assert b"larger than 10 MB" in answer
    assert not echo.environs


def test_a_chunked_body_is_counted_and_cut_off_at_the_limit(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port, connect(port) as phone:
        phone.sendall(post_head(None) + chunk(b"x" * 6_000) + chunk(b"x" * 6_000))
        assert read_to_end(phone).startswith(b"HTTP/1.1 413 ")
    assert not echo.environs


def test_who_sends_too_much_still_reads_the_answer(echo: Echo) -> None:
    """Closing at once would reset the connection, and the phone would see a network error."""
    with serving(echo, limits=replace(SMALL, discard_seconds=60.0)) as port:
        answer = post(port, b"x" * 5_000_000)
        assert answer.status == 413


def test_a_program_gets_its_refusal_as_json(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port:
        answer = post(port, b"x" * 10_001, accept="application/json")
        document = json.loads(answer.body)
    assert document["code"] == "too_large"
    assert document["student"] is None
    assert set(document) == {"status", "code", "message", "student", "session", "marked_at"}


def test_a_body_that_stalls_is_given_up(echo: Echo) -> None:
    with serving(echo, limits=replace(SMALL, body_grace_seconds=0.5)) as port, connect(port) as phone:
        phone.sendall(post_head(5_000) + b"x" * 10)
        answer = read_to_end(phone)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert not echo.environs


def test_a_body_that_trickles_is_given_up_at_the_deadline(echo: Echo) -> None:
    with serving(echo, limits=replace(SMALL, body_seconds=1.0)) as port, connect(port) as phone:
        phone.sendall(post_head(5_000))
        stop = threading.Event()

        def trickle() -> None:
            with contextlib.suppress(ConnectionError):  # the server has closed it
                while not stop.wait(0.3):
                    phone.sendall(b"x" * 15)

        sender = threading.Thread(target=trickle)
        sender.start()
        first = phone.recv(100)
        stop.set()
        sender.join()
    assert first.startswith(b"HTTP/1.1 408 ")


def test_slow_phones_hold_no_threads(echo: Echo) -> None:
    """With two threads, sixty half-sent photos don't hold up other requests."""
    with serving(echo, limits=SMALL) as port:
        phones = [connect(port) for _ in range(60)]
        for phone in phones:
            phone.sendall(post_head(200) + b"x" * 100)
        assert post(port, b"quick").body == b"quick"
        for phone in phones:
            phone.sendall(b"x" * 100)
            assert phone.recv(100).startswith(b"HTTP/1.1 200 ")
            phone.close()


def test_held_bodies_give_way_to_a_photo(echo: Echo) -> None:
    limits = replace(SMALL, body_patience_seconds=0.5, deal_seconds=0.1)
    with serving(echo, limits=limits) as port:
        phones = [connect(port) for _ in range(4)]
        for phone in phones:
            phone.sendall(post_head(9_900) + b"x" * 9_800)
        assert post(port, b"x" * 5_000).status == 200
        for phone in phones:
            phone.close()


def test_a_photo_that_finds_no_memory_for_long_is_asked_to_come_back(echo: Echo) -> None:
    limits = replace(SMALL, body_patience_seconds=600.0, memory_seconds=0.5)
    with serving(echo, limits=limits) as port, connect(port) as phone:
        phone.sendall(post_head(9_900) + b"x" * 9_800)
        wait_until(lambda: post(port, b"x" * 5_000).status == 503)
        assert post(port, b"x" * 5_000).retry_after == "3"
        assert post(port, b"").status == 200


def test_heads_without_a_body_hold_nothing(echo: Echo) -> None:
    """With two threads, a hundred of them delay nobody, neither with a body nor without one."""
    with serving(echo, limits=replace(SMALL, first_byte_seconds=600.0)) as port:
        phones = [connect(port) for _ in range(100)]
        for phone in phones:
            phone.sendall(post_head(9_900))
        assert [post(port, body).status for body in (b"", b"x" * 9_000)] == [200, 200]
        for phone in phones:
            phone.close()


def test_the_first_byte_of_a_body_is_due_soon(echo: Echo) -> None:
    with serving(echo, limits=replace(SMALL, first_byte_seconds=0.5)) as port, connect(port) as phone:
        phone.sendall(post_head(5_000))
        assert read_to_end(phone).startswith(b"HTTP/1.1 408 ")


def test_500_requests_at_once_from_one_address_are_all_answered(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port:
        phones = [connect(port) for _ in range(500)]
        for phone in phones:
            phone.sendall(post_head(10) + b"x" * 10)
        assert all(phone.recv(100).startswith(b"HTTP/1.1 200 ") for phone in phones)
        for phone in phones:
            phone.close()


def test_a_phone_that_hangs_up_half_way_never_reaches_the_app(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port:
        with connect(port) as phone:
            phone.sendall(post_head(5_000) + b"x" * 2_000)
        assert post(port, b"next").status == 200
    assert len(echo.environs) == 1


def test_an_underscore_does_not_smuggle_a_header_past_the_proxys(echo: Echo) -> None:
    with serving(echo, limits=SMALL) as port, connect(port) as phone:
        phone.sendall(
            post_head(0, "X-Forwarded-For: 192.0.2.1", "X_Forwarded_For: 203.0.113.9", "Connection: close")
        )
        read_to_end(phone)
    assert echo.environs[0]["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_an_app_that_fails_is_a_500_and_the_server_goes_on(
    echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
        return echo(environ, start_response)

    with serving(app, limits=SMALL) as port:
        assert post(port, b"", path="/broken").status == 500
        assert post(port, b"x").status == 200
    assert "broken" in caplog.text


def test_a_large_answer_that_nobody_reads_holds_no_thread(echo: Echo) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/large":
            return echo(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        begun.append(1)
        return [b"x" * 65_536] * 400

    begun: list[int] = []
    with serving(app, limits=replace(SMALL, write_seconds=600.0)) as port:
        phones = [connect(port) for _ in range(4)]
        for phone in phones:
            phone.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: len(begun) == 4)
        assert post(port, b"x").status == 200
        for phone in phones:
            phone.close()


def test_the_log_has_no_tokens(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="client.access")
    with serving(echo, limits=SMALL) as port:
        for path in ("/s/verysecrettoken", "/capture?grant=secretgrant", "/%1b%5b2Jsecret", "/healthz"):
            post(port, b"", path=path)
        wait_until(lambda: len(caplog.records) >= 3)
    lines = [record.getMessage() for record in caplog.records]
    assert [line.split("  [")[0].rsplit(" ", 2)[0] for line in lines] == [
        "POST /s/… 200",
        "POST /capture 200",
        "POST /… 200",
    ]
