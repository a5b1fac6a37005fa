"""Photos, pages, teachers, other software and monitoring each have threads of their own."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from client.access.teacher_requests import DOORS, PREFIXES
from client.phone.capture import blueprint as capture
from client.serving.shares.parties import Party, PartyKind
from client.serving.threads.budgets import (
    CAPTURE,
    MONITORED,
    PHOTO_BYTES,
    STAFF_SEGMENTS,
    Budget,
    budget_of,
)
from tests.client.served_app import WAIT_SECONDS, few_threads, serving, wait_until

ADDRESS = Party(PartyKind.ADDRESS, "192.0.2.7")
GRANT = Party(PartyKind.GRANT, "a phone", "192.0.2.7")
TEACHER = Party(PartyKind.LOGIN, "a teacher")
PROGRAM = Party(PartyKind.TOKEN, "a program")


@pytest.mark.parametrize(
    ("party", "path", "body_bytes", "budget"),
    [
        (GRANT, "/capture", 90_000, Budget.PHOTOS),
        (GRANT, "/capture", 0, Budget.PHOTOS),
        (GRANT, "/not-me", PHOTO_BYTES, Budget.PHOTOS),
        (TEACHER, "/teach/students/1/photos", 2_000_000, Budget.PHOTOS),
        (PROGRAM, "/api/v1/students/1/photos", 300_000, Budget.PHOTOS),
        (ADDRESS, "/detect_face", 300_000, Budget.PHOTOS),
        (ADDRESS, "/s/abc.def", 0, Budget.PAGES),
        (GRANT, "/claim", 300, Budget.PAGES),
        (ADDRESS, "/healthz", 0, Budget.MONITORING),
        (ADDRESS, "/readyz", 0, Budget.MONITORING),
        (ADDRESS, "/healthz/", 0, Budget.PAGES),
        (TEACHER, "/static/js/board.js", 0, Budget.STAFF),
        (ADDRESS, "/login", 200, Budget.STAFF),
        (ADDRESS, "/wall/now", 0, Budget.STAFF),
        (PROGRAM, "/metrics", 0, Budget.MONITORING),
        (ADDRESS, "/api/v1/marks", 0, Budget.SOFTWARE),
        (TEACHER, "//api/v1/marks", 0, Budget.SOFTWARE),
    ],
)
def test_what_a_request_may_use(party: Party, path: str, body_bytes: int, budget: Budget) -> None:
    assert budget_of(party, path, body_bytes) is budget


def test_the_addresses_are_those_of_the_pages() -> None:
    assert {path.strip("/") for path in (*PREFIXES, *DOORS)} == STAFF_SEGMENTS
    rules: list[str] = []
    for function in capture.deferred_functions:
        function(_Rules(rules))  # type: ignore[arg-type]
    assert CAPTURE in rules


class _Rules:
    """What a blueprint registers itself with."""

    def __init__(self, rules: list[str]) -> None:
        self._rules = rules

    def add_url_rule(self, rule: str, *_: object, **__: object) -> None:
        self._rules.append(rule)


class SlowPhotos:
    """A WSGI app whose photos take until they are let go, and which knows what it answered in which order.

    Args:
        slow: the addresses that take so long.
    """

    def __init__(self, slow: tuple[str, ...] = (CAPTURE,)) -> None:
        self._slow = slow
        self.let_go = threading.Event()
        self.begun: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.begun.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] in self._slow:
            self.let_go.wait(WAIT_SECONDS)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def photos() -> Iterator[SlowPhotos]:
    app = SlowPhotos()
    yield app
    app.let_go.set()


def ask(port: int, method: str, path: str) -> int:
    """The status of a response."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, b"a photo" if method == "POST" else None)
        return connection.getresponse().status


@pytest.mark.server
def test_photos_that_hang_delay_nothing_else_and_are_all_answered(photos: SlowPhotos) -> None:
    with serving(photos, limits=few_threads(2)) as port, ThreadPoolExecutor(30) as phones:
        sent = [phones.submit(ask, port, "POST", CAPTURE) for _ in range(30)]
        wait_until(lambda: CAPTURE in photos.begun)
        for path in ("/s/a-code", "/wall/now", "/teach/", "/api/v1/marks", "/healthz"):
            assert ask(port, "GET", path) == 200
        assert not any(each.done() for each in sent)
        photos.let_go.set()
        assert {each.result() for each in sent} == {200}


@pytest.mark.server
def test_monitoring_is_answered_while_all_else_waits_for_a_database_that_hangs() -> None:
    paths = (CAPTURE, "/s/a-code", "/teach/", "/api/v1/marks")
    app = SlowPhotos(paths)
    with serving(app, limits=few_threads(1)) as port, ThreadPoolExecutor(12) as visitors:
        sent = [visitors.submit(ask, port, "GET", path) for path in paths * 3]
        wait_until(lambda: set(paths) <= set(app.begun))
        assert [ask(port, "GET", path) for path in sorted(MONITORED)] == [200] * 3
        assert not any(each.done() for each in sent)
        app.let_go.set()
        assert {each.result() for each in sent} == {200}


@pytest.mark.server
def test_a_photo_that_finds_no_place_for_long_is_asked_to_come_back(photos: SlowPhotos) -> None:
    limits = few_threads(1, patience_seconds=0.05)
    with serving(photos, limits=limits) as port, ThreadPoolExecutor(1) as phones:
        first = phones.submit(ask, port, "POST", CAPTURE)
        wait_until(lambda: CAPTURE in photos.begun)
        assert ask(port, "POST", CAPTURE) == 503
        photos.let_go.set()
        assert first.result() == 200


@pytest.mark.server
def test_a_server_that_stops_while_photos_wait_lets_those_that_are_judged_finish(photos: SlowPhotos) -> None:
    with ThreadPoolExecutor(1) as phones:
        with serving(photos, limits=few_threads(1, stop_seconds=30)) as port:
            judged = phones.submit(ask, port, "POST", CAPTURE)
            wait_until(lambda: CAPTURE in photos.begun)
            threading.Timer(0.05, photos.let_go.set).start()
        assert judged.result() == 200
