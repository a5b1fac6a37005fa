"""The generator's HTTP client reads what the server sends, and says what it lost."""

from __future__ import annotations

import sys
import zlib

import pytest

from benchmarks.rush.wire import GZIP, LOST, Wire, head_of
from tests.benchmarks.rush.scripted_server import response, scripted
from tests.client.serving.loops import in_a_loop

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def zipped(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=GZIP)
    return packer.compress(text) + packer.flush()


@pytest.mark.server
def test_answers_with_a_length_in_chunks_and_compressed_on_one_connection() -> None:
    async def run() -> None:
        answers = [
            response("200 OK", b"first", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2"),
            CHUNKED + b"3\r\nsec\r\n3\r\nond\r\n0\r\n\r\n",
            response("503 Busy", zipped(b"third"), "Content-Encoding: gzip", "Retry-After: 3"),
        ]
        async with scripted(answers) as server, Wire(server.door) as wire:
            first = await wire.ask("GET", "/1", "X: y\r\n")
            second = await wire.ask("POST", "/2", body=b"sent")
            third = await wire.ask("GET", "/3")
        assert (first.status, first.body, first.cookies) == (200, b"first", "a=1; b=2")
        assert second.body == b"second"
        assert (third.status, third.body, third.wait_seconds) == (503, b"third", 3.0)
        assert server.asked[0].startswith(
            f"GET /1 HTTP/1.1\r\nHost: 127.0.0.1:{server.door.port}\r\nX: y\r\n"
        )
        assert server.bodies == [b"", b"sent", b""]

    in_a_loop(run())


@pytest.mark.server
def test_a_connection_that_the_server_closes_is_opened_again() -> None:
    async def run() -> None:
        answers = [response("200 OK", b"one", "Connection: close"), b"", response("200 OK", b"two")]
        async with scripted(answers) as server, Wire(server.door) as wire:
            assert (await wire.ask("GET", "/")).body == b"one"
            with pytest.raises(LOST):
                await wire.ask("GET", "/")
            assert (await wire.ask("GET", "/")).body == b"two"

    in_a_loop(run())


@pytest.mark.server
def test_an_answer_that_does_not_come_is_lost() -> None:
    async def run() -> None:
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
        async with scripted([half]) as server, Wire(server.door) as wire:
            with pytest.raises(TimeoutError):
                await wire.ask("GET", "/", seconds=0.01)

    in_a_loop(run())


@pytest.mark.server
def test_a_stream_is_read_until_the_server_ends_it() -> None:
    async def run() -> None:
        async with scripted([CHUNKED + b"8\r\ndata: 1\n\r\n8\r\ndata: 2\n\r\n0\r\n\r\n"]) as server:
            parts = [part async for part in Wire(server.door).stream("/events")]
        assert parts == [b"data: 1\n", b"data: 2\n"]

    in_a_loop(run())


@pytest.mark.server
def test_a_stream_that_is_refused_is_lost() -> None:
    async def run() -> None:
        async with scripted([response("403 No")]) as server:
            with pytest.raises(ConnectionError, match="403"):
                [part async for part in Wire(server.door).stream("/events")]

    in_a_loop(run())


@pytest.mark.server
@pytest.mark.skipif(sys.platform != "linux", reason="others have one address of their own")
def test_a_phone_has_the_address_that_it_is_given() -> None:
    async def run() -> None:
        async with scripted([response("200 OK")]) as server, Wire(server.door, "127.1.2.3") as wire:
            await wire.ask("GET", "/")
        assert server.sources == ["127.1.2.3"]

    in_a_loop(run())


@pytest.mark.parametrize("text", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 many\r\n\r\n"])
def test_what_is_no_http_is_lost(text: bytes) -> None:
    with pytest.raises(ConnectionError, match="No HTTP"):
        head_of(text)
