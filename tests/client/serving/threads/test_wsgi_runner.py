"""A WSGI app in threads: small responses in one go, large ones as they are read, and every body closed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from client.serving.body import Message
from client.serving.threads.wsgi_runner import WsgiRunner, environ_of
from tests.client.serving.loops import in_a_loop

PART = 1_000
SCOPE = {
    "type": "http",
    "method": "POST",
    "http_version": "1.1",
    "path": "/räume",
    "query_string": b"a=1",
    "server": ("192.0.2.1", 8000),
    "client": ("192.0.2.7", 1234),
    "headers": [
        (b"content-type", b"text/plain"),
        (b"content-length", b"99"),
        (b"transfer-encoding", b"chunked"),
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"x_forwarded_for", b"203.0.113.9"),
    ],
}


class Body:
    """A response's body that knows how far it was read, by which threads, and whether it was closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.read: list[bytes] = []
        self.threads: list[str] = []
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.threads.append(threading.current_thread().name)
        chunk = next(self._chunks)
        self.read.append(chunk)
        return chunk

    def close(self) -> None:
        self.closed += 1


class FarEnd:
    """The client of a connection: reads at once, or when the test wants, or leaves."""

    def __init__(self, *, reads: bool = True) -> None:
        self.messages: list[Message] = []
        self._reads = asyncio.Event()
        self._gone = asyncio.Event()
        if reads:
            self._reads.set()

    async def send(self, message: Message) -> None:
        await self._reads.wait()
        self.messages.append(message)

    async def receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    def go_on_reading(self) -> None:
        self._reads.set()

    def leave(self) -> None:
        self._gone.set()
        self._reads.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)


def app_with(body: Iterable[bytes], status: str = "200 OK") -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [("Content-Type", "text/plain ")])
        return body

    return app


class Run:
    """One app with its threads.

    Args:
        app: the WSGI app.
    """

    def __init__(self, app: Any) -> None:
        self._runner = WsgiRunner(app, PART)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="asking")
        self.left = 0

    def _leave(self) -> None:
        self.left += 1

    async def ask(self, client: FarEnd) -> None:
        environ = environ_of(SCOPE, b"body")
        await self._runner.run(environ, client.receive, client.send, threads=self._threads, left=self._leave)


async def until(condition: Callable[[], bool]) -> None:
    """Let others run until something is true."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - threads make it true, and set no event of the loop
            await asyncio.sleep(0.001)


def test_a_small_response_is_handed_over_in_one_piece() -> None:
    async def test() -> None:
        body, client = Body([b"a", b"b", b"c"]), FarEnd()
        run = Run(app_with(body))
        await run.ask(client)
        head, content = client.messages
        assert (head["status"], head["headers"]) == (200, [(b"content-type", b"text/plain")])
        assert (content["body"], content["more_body"]) == (b"abc", False)
        assert (body.closed, run.left) == (1, 1)

    in_a_loop(test())


def test_a_large_response_is_made_only_as_fast_as_it_is_read() -> None:
    async def test() -> None:
        chunks = [bytes([65 + number]) * PART for number in range(20)]
        body, client = Body(chunks), FarEnd(reads=False)
        run = Run(app_with(body))
        asking = asyncio.create_task(run.ask(client))
        await until(lambda: run.left == 1)  # its thread serves others, although nobody has read anything
        assert len(body.read) == 1
        client.go_on_reading()
        await asking
        assert client.body == b"".join(chunks)
        assert [message.get("more_body") for message in client.messages[1:]] == [True] * 20 + [False]
        assert body.closed == 1
        assert not any(name.startswith("asking") for name in body.threads[1:])

    in_a_loop(test())


def test_a_large_response_ends_when_its_client_has_gone() -> None:
    async def test() -> None:
        body, client = Body(iter(lambda: b"x" * PART, b"")), FarEnd(reads=False)  # without an end
        asking = asyncio.create_task(Run(app_with(body)).ask(client))
        await until(lambda: len(body.read) == 1)
        client.leave()
        await asking
        await until(lambda: body.closed == 1)

    in_a_loop(test())


@pytest.mark.parametrize("parts", [1, 3])
def test_a_body_that_breaks_is_closed_and_the_error_is_the_servers(parts: int) -> None:
    def broken() -> Iterator[bytes]:
        for _ in range(parts - 1):
            yield b"x" * PART
        raise ValueError("broken")

    async def test() -> None:
        body, client = Body(broken()), FarEnd()
        run = Run(app_with(body))
        with pytest.raises(ValueError, match="broken"):
            await run.ask(client)
        assert (body.closed, run.left) == (1, 1)
        assert bool(client.messages) == (parts > 1)  # else the server can still answer with a 500

    in_a_loop(test())


def test_an_app_that_fails_gives_its_thread_back() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError("broken")

    async def test() -> None:
        run = Run(app)
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                await run.ask(FarEnd())
        assert run.left == 3

    in_a_loop(test())


def test_an_error_replaces_a_status_that_was_not_sent() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        error = ValueError("broken")
        start_response("500 Broken", [], (ValueError, error, error.__traceback__))
        return [b"sorry"]

    async def test() -> None:
        client = FarEnd()
        await Run(app).ask(client)
        assert (client.messages[0]["status"], client.body) == (500, b"sorry")

    in_a_loop(test())


def test_an_error_after_the_status_was_sent_ends_the_response() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"x" * PART
        error = ValueError("broken")
        start_response("500 Broken", [], (ValueError, error, error.__traceback__))
        yield b"never"

    async def test() -> None:
        client = FarEnd()
        with pytest.raises(ValueError, match="broken"):
            await Run(app).ask(client)
        assert (client.messages[0]["status"], client.body) == (200, b"x" * PART)

    in_a_loop(test())


@pytest.mark.parametrize("times", [0, 2])
def test_an_app_has_to_give_one_status(times: int) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        for _ in range(times):
            start_response("200 OK", [])
        return [b"x"]

    async def test() -> None:
        with pytest.raises(RuntimeError, match="status"):
            await Run(app).ask(FarEnd())

    in_a_loop(test())


def test_what_an_older_app_writes_comes_before_its_body() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"first ")
        return [b"then"]

    async def test() -> None:
        client = FarEnd()
        await Run(app).ask(client)
        assert client.body == b"first then"

    in_a_loop(test())


def test_who_is_not_waited_for_any_more_still_gives_the_thread_back() -> None:
    async def test() -> None:
        begun, goes_on = threading.Event(), threading.Event()

        def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            begun.set()
            goes_on.wait(10)
            start_response("200 OK", [])
            return [b"x"]

        run = Run(app)
        asking = asyncio.create_task(run.ask(FarEnd()))
        await until(begun.is_set)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert run.left == 0
        goes_on.set()
        await until(lambda: run.left == 1)

    in_a_loop(test())


def test_the_request_is_what_wsgi_knows() -> None:
    environ = environ_of(SCOPE, b"body")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/räume"
    assert (environ["REMOTE_ADDR"], environ["SERVER_PORT"], environ["QUERY_STRING"]) == (
        "192.0.2.7",
        "8000",
        "a=1",
    )
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert environ["HTTP_ACCEPT"] == "a,b"
    assert not {"HTTP_TRANSFER_ENCODING", "HTTP_X_FORWARDED_FOR"} & set(environ)
    assert environ["wsgi.input"].read() == b"body"
