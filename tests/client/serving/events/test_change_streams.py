"""Streams of changes: at once, in order, without a thread each, and no longer than the token may read."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from attendance.accounts.api_tokens import NewApiToken, Scope
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.values import MarkStatus, Session
from client.serving.body import Message
from client.serving.events.change_streams import (
    COUNT_HEADER,
    MORE_HEADER,
    NEXT_HEADER,
    OWNER_HEADER,
    ChangeStreams,
)
from client.serving.limits import ChangeStreamLimits
from client.serving.websockets import Answer
from tests.client.served_app import WAIT_SECONDS, connect, few_threads, read_until, serving
from tests.client.serving.loops import in_a_loop

ROOT = Path(__file__).resolve().parents[4]
QUICK = ChangeStreamLimits(poll_seconds=0.01, check_seconds=0.05, lifetime_seconds=600)
STREAM = "/api/v1/changes/stream"
SCOPE = {
    "type": "http",
    "path": STREAM,
    "query_string": b"kinds=marks&after=first",
    "headers": [(b"authorization", b"Bearer fa_x"), (b"last-event-id", b"older")],
}


class Changing:
    """Flask and the register behind it: a list of changes, two on a page."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self.status = 200
        self.asked: list[Any] = []
        self.is_away = False

    def number(self) -> int:
        if self.is_away:
            raise StoreUnavailableError("no answer")
        return len(self.changes)

    async def ask(self, scope: Any) -> Answer:
        self.asked.append(scope)
        place = int(dict(scope["headers"])[b"last-event-id"])
        some = self.changes[place : place + 2]
        headers = self.head(place + len(some), more=place + len(some) < len(self.changes), count=len(some))
        return Answer(self.status, "".join(f"data: {each}\n\n" for each in some).encode(), headers)

    def head(self, place: int, *, more: bool, count: int = 0, owner: str = "t1") -> list[tuple[bytes, bytes]]:
        values = {
            NEXT_HEADER: place,
            MORE_HEADER: int(more),
            COUNT_HEADER: count,
            OWNER_HEADER: owner,
            "Content-Type": "text/event-stream",
            "Content-Length": 5,
        }
        return [(name.lower().encode(), str(value).encode()) for name, value in values.items()]


class Program:
    """Other software that reads a stream."""

    def __init__(self) -> None:
        self.head: Message = {}
        self.text = ""
        self.ended = False
        self.gone = asyncio.Event()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.head = message
        else:
            self.text += message["body"].decode()
            self.ended = not message["more_body"]

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def events(self) -> list[str]:
        return [line.removeprefix("data: ") for line in self.text.splitlines() if line.startswith("data: ")]


class Served:
    """Streams of changes of one server."""

    def __init__(self, limits: ChangeStreamLimits = QUICK) -> None:
        self.flask = Changing()
        self.streams = ChangeStreams(self.flask.number, self.flask.ask, limits)

    @property
    def open_streams(self) -> int:
        return self.streams._open.total()

    def open(self, program: Program, owner: str = "t1") -> asyncio.Task[None]:
        head: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": self.flask.head(0, more=False, owner=owner),
        }
        answer = self.streams.answer(head, b"first\n\n", SCOPE, program.receive, program.send)
        return asyncio.ensure_future(answer)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():  # noqa: ASYNC110 - polling suits all conditions here
            await asyncio.sleep(0.005)


def test_changes_arrive_in_order_page_by_page_and_once() -> None:
    async def play() -> None:
        served, program = Served(replace(QUICK, check_seconds=600)), Program()
        stream = served.open(program)
        for number in range(20):
            served.flask.changes.append(str(number))
            await asyncio.sleep(0.005 * (number % 3))
        await until(lambda: len(program.events) >= 20)
        served.streams.stop()
        await stream
        assert program.events == [str(number) for number in range(20)]
        assert program.text.startswith("first\n\n")
        assert program.ended

    in_a_loop(play())


def test_flask_is_asked_as_the_program_did_from_where_it_is_now() -> None:
    async def play() -> None:
        served, program = Served(), Program()
        stream = served.open(program)
        await until(lambda: bool(served.flask.asked))
        served.streams.stop()
        await stream
        asked = served.flask.asked[0]
        assert asked["query_string"] == b"kinds=marks"
        assert asked["headers"] == [(b"authorization", b"Bearer fa_x"), (b"last-event-id", b"0")]
        names = {name for name, _ in program.head["headers"]}
        assert names == {b"content-type"}, "what is between Flask and the server stays there"

    in_a_loop(play())


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_stream_ends_where_flask_answers_no_more(status: int) -> None:
    async def play() -> None:
        served, program = Served(), Program()
        stream = served.open(program)
        await until(lambda: ": heartbeat" in program.text)
        served.flask.status = status
        await asyncio.wait_for(stream, WAIT_SECONDS)
        assert program.ended

    in_a_loop(play())


def test_a_register_that_is_away_for_a_while_ends_no_stream() -> None:
    async def play() -> None:
        served, program = Served(), Program()
        served.flask.is_away, served.flask.status = True, 503
        stream = served.open(program)
        await until(lambda: len(served.flask.asked) > 2)
        served.flask.changes.append("later")
        served.flask.is_away, served.flask.status = False, 200
        await until(lambda: program.events == ["later"])
        program.gone.set()
        await stream

    in_a_loop(play())


def test_each_token_and_all_together_have_a_limited_number_of_streams() -> None:
    async def play() -> None:
        served = Served(replace(QUICK, streams_of_one=2, streams=3))
        programs = [Program() for _ in range(5)]
        streams = [served.open(each, owner) for each, owner in zip(programs, "aaabc", strict=True)]
        await until(lambda: all(program.head for program in programs))
        assert [program.head["status"] for program in programs] == [200, 200, 429, 200, 429]
        refused = programs[2]
        headers = dict(refused.head["headers"])
        assert json.loads(refused.text)["code"] == "too-many-requests"
        assert headers[b"content-type"] == b"application/problem+json"
        assert int(headers[b"content-length"]) == len(refused.text)
        assert b"retry-after" in headers
        programs[0].gone.set()
        await streams[0]
        again = Program()
        streams.append(served.open(again, "a"))
        await until(lambda: bool(again.head))
        assert again.head["status"] == 200, "there is room again"
        served.streams.stop()
        await asyncio.gather(*streams)

    in_a_loop(play())


def test_who_goes_is_not_waited_for_and_nothing_goes_on_without_streams() -> None:
    async def play() -> None:
        served, program = Served(replace(QUICK, check_seconds=600)), Program()
        stream = served.open(program)
        await until(lambda: bool(served.flask.asked))
        program.gone.set()
        await stream
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    in_a_loop(play())


def test_who_reads_nothing_until_the_connection_is_cut_leaves_the_place() -> None:
    class Deaf(Program):
        """Its buffers are full after the first page, so that sending waits."""

        async def send(self, message: Message) -> None:
            await super().send(message)
            if self.events:
                await self.gone.wait()

    async def play() -> None:
        served, deaf, next_one = Served(replace(QUICK, streams=1)), Deaf(), Program()
        stream = served.open(deaf)
        served.flask.changes += [str(number) for number in range(100)]
        await until(lambda: bool(deaf.events))
        asked = len(served.flask.asked)
        await asyncio.sleep(0.1)
        assert len(served.flask.asked) == asked, "nothing is read ahead for it"
        deaf.gone.set()  # the server cuts connections that don't read
        await until(lambda: served.open_streams == 0)
        await stream
        last = served.open(next_one)
        await until(lambda: len(next_one.events) == 100)
        served.streams.stop()
        await last

    in_a_loop(play())


def test_an_unexpected_error_ends_a_stream_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Changing):
        async def ask(self, scope: Any) -> Answer:
            raise ZeroDivisionError(scope)

    async def play() -> None:
        served, program = Served(), Program()
        served.streams = ChangeStreams(served.flask.number, Broken().ask, QUICK)
        await served.open(program)
        assert program.ended

    in_a_loop(play())
    assert [record.message for record in caplog.records] == ["A stream of events failed."]
    assert "ZeroDivisionError" in caplog.text


def test_a_token_without_a_stream_takes_no_memory() -> None:
    async def play() -> None:
        served, program = Served(), Program()
        stream = served.open(program)
        await until(lambda: served.open_streams == 1)
        program.gone.set()
        await stream
        assert not served.streams._open

    in_a_loop(play())


def test_a_stream_ends_after_its_lifetime() -> None:
    async def play() -> None:
        served, program = Served(replace(QUICK, lifetime_seconds=0.1)), Program()
        await asyncio.wait_for(served.open(program), WAIT_SECONDS)
        assert program.ended

    in_a_loop(play())


# --- a real server --------------------------------------------------------------------------------


@pytest.fixture
def session(register: Register) -> Session:
    """An open session of a course with the students 1 and 2."""
    course = register.courses.add("Physics", roster=["1", "2"])
    return register.class_sessions.open_now(course.id, by="office")


@pytest.fixture
def token(register: Register) -> NewApiToken:
    return register.api_tokens.make("Mirror", [Scope.MARKS_READ.value], by="admin")


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The port of a server with two threads, which never checks a token in vain."""
    limits = few_threads(2, stop_seconds=600, changes=ChangeStreamLimits(check_seconds=600))
    with serving(app, limits=limits) as number:
        yield number


def listen(port: int, token: NewApiToken, query: str = "?after=now", last: str = "") -> socket.socket:
    """Open a stream, and read it up to the first cursor."""
    program = connect(port)
    more = f"Last-Event-ID: {last}\r\n" if last else ""
    program.sendall(
        f"GET {STREAM}{query} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {token.text}\r\n{more}\r\n".encode()
    )
    head = read_until(program, b"\n\n\r\n")
    assert b"HTTP/1.1 200" in head, head
    assert b"text/event-stream" in head
    assert b"x-changes-" not in head.lower()
    return program


@pytest.mark.server
def test_more_streams_than_threads_are_open_and_all_hear_of_a_mark_once(
    port: int, session: Session, token: NewApiToken, register: Register
) -> None:
    programs = [listen(port, token) for _ in range(4)]
    register.marking.mark("2", MarkStatus.PRESENT, by="office", session=session)
    for program in programs:
        event = read_until(program, b"\n\n\r\n")
        assert event.count(b"data: ") == 1
        assert b'"status":"present"' in event
        program.close()


@pytest.mark.server
def test_a_change_of_another_process_arrives_within_about_a_second(
    port: int, session: Session, token: NewApiToken, register: Register
) -> None:
    other = (
        "import sys; from pathlib import Path; from attendance.store.sqlite.store import SQLiteStore\n"
        "from tests.attendance.store.builders import mark\n"
        "store = SQLiteStore(Path(sys.argv[1])); sys.stdin.readline()\n"
        "store.insert_mark(mark(sys.argv[3], sys.argv[2])); print('written', flush=True)"
    )
    path = register.settings.data / "attendance.sqlite3"
    command = [sys.executable, "-c", other, str(path), session.id, register.students.get("1").id]
    with (
        listen(port, token) as program,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer,
    ):
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(b"\n")
        writer.stdin.close()
        assert writer.stdout.readline() == b"written\n"
        began = time.monotonic()
        assert b'"what":"created"' in read_until(program, b"\n\n\r\n")
        assert time.monotonic() - began < 5, "half a second on a machine that isn't busy"


@pytest.mark.server
def test_a_stream_goes_on_after_the_last_event(
    port: int, session: Session, token: NewApiToken, register: Register
) -> None:
    first = listen(port, token)
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    event = read_until(first, b"\n\n\r\n").decode()
    first.close()
    last = next(line for line in event.splitlines() if line.startswith("id: ")).removeprefix("id: ")
    register.marking.mark("2", MarkStatus.LATE, by="office", session=session)
    with connect(port) as program:
        program.sendall(
            f"GET {STREAM} HTTP/1.1\r\nHost: localhost:{port}\r\nLast-Event-ID: {last}\r\n"
            f"Authorization: Bearer {token.text}\r\n\r\n".encode()
        )
        body = read_until(program, b"\n\n\r\n")
        assert b'"status":"late"' in body
        assert b'"status":"present"' not in body


@pytest.mark.server
def test_a_revoked_token_ends_its_streams(app: Flask, token: NewApiToken, register: Register) -> None:
    limits = few_threads(2, changes=ChangeStreamLimits(check_seconds=0.2))
    with serving(app, limits=limits) as port, listen(port, token) as program:
        register.api_tokens.revoke(token.token.id)
        assert read_until(program, b"0\r\n\r\n").endswith(b"0\r\n\r\n")


@pytest.mark.server
def test_an_open_stream_does_not_keep_the_server_from_stopping(app: Flask, token: NewApiToken) -> None:
    with serving(app, limits=few_threads(2, stop_seconds=600)) as port:
        program = listen(port, token)
    assert read_until(program, b"0\r\n\r\n").endswith(b"0\r\n\r\n")
    program.close()
