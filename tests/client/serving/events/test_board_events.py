"""Open boards are notified of changes at once, use no thread, and end with the server."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from flask import Flask

from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.store.protocols.following import Told
from attendance.values import MarkStatus, Session
from client.serving.body import Message
from client.serving.events import polling
from client.serving.events.board_events import BoardFeeds, FeedLimits
from tests.client.served_app import connect, few_threads, read_until, serving
from tests.client.serving.loops import in_a_loop
from tests.client.signed_in import SignedIn

T = TypeVar("T")
QUICK = FeedLimits(poll_seconds=0.01, heartbeat_seconds=0.05, lifetime_seconds=1.0)
PATIENT = replace(QUICK, lifetime_seconds=600)
TWO_THREADS = few_threads(2, stop_seconds=600)


class Database:
    """A database with a change number."""

    def __init__(self) -> None:
        self.number = 1
        self.asked = 0
        self.is_away = False

    def change(self, _session_id: str) -> int:
        self.asked += 1
        if self.is_away:
            raise StoreUnavailableError("no answer within 5 s")
        return self.number


class News:
    """A database that tells of changes while ``is_told``."""

    def __init__(self) -> None:
        self.is_told = True
        self.told: Told | None = None

    def follow(self, told: Told) -> News:
        self.told = told
        return self

    def tell(self, session_id: str | None) -> None:
        assert self.told is not None
        self.told(session_id)

    def stop(self) -> None:
        self.told = None


class Browser:
    """A browser with an open board."""

    def __init__(self) -> None:
        self.text = ""
        self.ended = False
        self.gone = asyncio.Event()

    async def send(self, message: Message) -> None:
        self.text += message["body"].decode()
        self.ended = not message["more_body"]

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition while the boards keep running."""
    while not condition():  # noqa: ASYNC110 - polling suits all conditions here
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("news_of", ["s", None])
def test_where_the_database_tells_of_changes_it_is_asked_after_one(news_of: str | None) -> None:
    database, browser, news = Database(), Browser(), News()

    async def play() -> None:
        feeds = BoardFeeds(database.change, PATIENT, news.follow)
        board = asyncio.ensure_future(feeds.stream("s", 1, browser.receive, browser.send))
        await until(lambda: news.told is not None)
        database.number = 2
        news.tell("another session")
        await asyncio.sleep(0.1)
        assert database.asked == 0
        await asyncio.get_running_loop().run_in_executor(None, news.tell, news_of)
        await until(lambda: "data: 2\n\n" in browser.text)
        assert database.asked == 1
        news.is_told = False  # the stream broke: from now on it is asked for versions
        database.number = 3
        await until(lambda: "data: 3\n\n" in browser.text)
        feeds.stop()
        await board
        await until(lambda: news.told is None)

    in_a_loop(play())


def test_what_a_dead_writer_left_is_found_without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "TOLD_SECONDS", 0.05)
    database, browser, news = Database(), Browser(), News()

    async def play() -> None:
        feeds = BoardFeeds(database.change, PATIENT, news.follow)
        board = asyncio.ensure_future(feeds.stream("s", 1, browser.receive, browser.send))
        database.number = 2
        await until(lambda: "data: 2\n\n" in browser.text)
        feeds.stop()
        await board

    in_a_loop(play())


def test_a_change_is_told_to_all_boards_with_one_look_for_all() -> None:
    database, browsers = Database(), [Browser() for _ in range(20)]

    async def play() -> float:
        began, feeds = time.monotonic(), BoardFeeds(database.change, PATIENT)
        boards = [asyncio.ensure_future(feeds.stream("s", 1, b.receive, b.send)) for b in browsers]
        await until(lambda: database.asked > 10)
        database.number = 2
        await until(lambda: all("data: 2\n\n" in browser.text for browser in browsers))
        feeds.stop()
        await asyncio.gather(*boards)
        return time.monotonic() - began

    seconds = in_a_loop(play())
    assert all(browser.ended for browser in browsers)
    assert database.asked <= 2 * seconds / QUICK.poll_seconds


def test_a_quiet_board_shows_a_sign_of_life_and_ends_in_time() -> None:
    database, browser = Database(), Browser()
    in_a_loop(BoardFeeds(database.change, QUICK).stream("s", 1, browser.receive, browser.send))
    assert browser.text.startswith("retry: 3000\ndata: 1\n\n: heartbeat")
    assert browser.ended


def test_a_database_that_is_away_for_a_while_ends_no_board() -> None:
    database, browser = Database(), Browser()
    database.is_away = True

    async def play() -> None:
        feeds = BoardFeeds(database.change, PATIENT)
        board = asyncio.ensure_future(feeds.stream("s", 1, browser.receive, browser.send))
        await until(lambda: database.asked > 2)
        database.is_away, database.number = False, 5
        await until(lambda: "data: 5\n\n" in browser.text)
        browser.gone.set()
        await board

    in_a_loop(play())


def test_a_browser_that_goes_is_not_waited_for_and_the_looking_stops() -> None:
    database, browser = Database(), Browser()

    async def play() -> None:
        feeds = BoardFeeds(database.change, PATIENT)
        board = asyncio.ensure_future(feeds.stream("s", 1, browser.receive, browser.send))
        await until(lambda: database.asked > 0)
        browser.gone.set()
        await board
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    in_a_loop(play())


def test_more_boards_than_there_is_room_for_get_one_event_each() -> None:
    database, browser = Database(), Browser()
    full = BoardFeeds(database.change, replace(QUICK, streams=0))
    in_a_loop(full.stream("s", 1, browser.receive, browser.send))
    assert browser.text == "retry: 3000\ndata: 1\n\n"
    assert browser.ended


@pytest.fixture
def session(register: Register) -> Session:
    """Today's General session."""
    return register.sessions.today()


@pytest.fixture
def cookie(teacher: SignedIn) -> str:
    """The headers of the teacher's browser."""
    found = teacher.client.get_cookie("attendance_login")
    assert found is not None
    return f"attendance_login={found.value}"


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The port of a server with two threads."""
    with serving(app, limits=TWO_THREADS) as number:
        yield number


def listen(port: int, session: Session, cookie: str) -> socket.socket:
    """Open a board's stream and read its first event."""
    browser = connect(port)
    path = f"/teach/sessions/{session.id.replace('|', '%7C')}/events"
    browser.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode()
    )
    head = read_until(browser, b"\n\n\r\n")
    assert b"HTTP/1.1 200" in head, head
    assert b"text/event-stream" in head
    assert b"x-board-" not in head.lower()
    assert b"no-store" in head
    return browser


@pytest.mark.server
def test_more_boards_than_threads_are_open_and_all_hear_of_a_mark(
    port: int, session: Session, cookie: str, register: Register
) -> None:
    boards = [listen(port, session, cookie) for _ in range(6)]
    register.marking.mark("2", MarkStatus.PRESENT, by="office", session=session)
    for board in boards:
        assert b"data: " in read_until(board, b"\n\n\r\n")
        board.close()


@pytest.mark.server
def test_without_a_login_nothing_streams(port: int, session: Session) -> None:
    with connect(port) as browser:
        path = f"/teach/sessions/{session.id.replace('|', '%7C')}/events"
        browser.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        assert b"HTTP/1.1 401" in read_until(browser, b"\r\n\r\n")


@pytest.mark.server
def test_an_open_board_does_not_keep_the_server_from_stopping(
    app: Flask, session: Session, cookie: str
) -> None:
    with serving(app, limits=TWO_THREADS) as port:
        board = listen(port, session, cookie)
    board.close()
