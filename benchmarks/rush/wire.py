"""HTTP/1.1 over asyncio's streams, with little work for each request: the server needs the cores."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

MOST_HEAD = 1 << 16  # bytes
GZIP = 16 + zlib.MAX_WBITS
LOST = (OSError, EOFError, asyncio.LimitOverrunError)
"""What a request raises whose answer doesn't come."""


@dataclass(frozen=True)
class ServerDoor:
    """Where a server listens."""

    host: str
    port: int


@dataclass(frozen=True)
class RawAnswer:
    """An answer.

    Attributes:
        status: its HTTP status.
        head: pairs of a lower-case name and a value.
        body: without compression.
    """

    status: int
    head: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of a lower-case name, or an empty text."""
        return next((value for each, value in self.head if each == name), "")

    @property
    def wait_seconds(self) -> float:
        """``Retry-After``, or 0."""
        text = self.header("retry-after")
        return float(text) if text.isdecimal() else 0.0

    @property
    def cookies(self) -> str:
        """What a browser sends back of the cookies that are set."""
        return "; ".join(value.partition(";")[0] for name, value in self.head if name == "set-cookie")


class Wire:
    """One kept connection, opened at its first request and again after the server has closed it.

    Args:
        door: where the server listens.
        source: the address of this computer that the server sees; empty for the usual one.
    """

    def __init__(self, door: ServerDoor, source: str = "") -> None:
        self.door = door
        self._source = (source, 0) if source else None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; the next request opens another one."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(*LOST):
                await writer.wait_closed()

    async def ask(
        self, method: str, path: str, headers: str = "", body: bytes = b"", *, seconds: float = 60.0
    ) -> RawAnswer:
        """Send a request, and read the answer.

        Args:
            method: of the request.
            path: with the query.
            headers: lines that each end with CRLF, besides ``Host`` and ``Content-Length``.
            body: of the request.
            seconds: until the answer is there.

        Raises:
            OSError: no answer came in time, or the connection broke.
            EOFError: it ended before the answer did.
        """
        try:
            async with asyncio.timeout(seconds):
                answer = await self._exchange(method, path, headers, body)
        except BaseException:
            await self.close()
            raise
        if answer.header("connection").lower() == "close":
            await self.close()
        return answer

    async def stream(self, path: str, headers: str = "") -> AsyncIterator[bytes]:
        """The parts of a response that goes on, until the server ends it.

        Raises:
            OSError: the connection broke, or the answer has another status than 200.
            EOFError: it ended within a part.
        """
        try:
            head = await self._exchange_head("GET", path, headers, b"")
            if head.status != 200:
                raise ConnectionError(f"{path} was answered with {head.status}")
            async for part in self._chunks():
                yield part
        finally:
            await self.close()

    async def _exchange(self, method: str, path: str, headers: str, body: bytes) -> RawAnswer:
        head = await self._exchange_head(method, path, headers, body)
        if head.header("transfer-encoding"):
            text = b"".join([part async for part in self._chunks()])
        else:
            assert self._reader is not None
            text = await self._reader.readexactly(int(head.header("content-length") or 0))
        if head.header("content-encoding") == "gzip":
            text = zlib.decompress(text, GZIP)
        return RawAnswer(head.status, head.head, text)

    async def _exchange_head(self, method: str, path: str, headers: str, body: bytes) -> RawAnswer:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            await self.close()
            self._reader, self._writer = await asyncio.open_connection(
                self.door.host, self.door.port, local_addr=self._source, limit=MOST_HEAD
            )
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        host = f"Host: {self.door.host}:{self.door.port}\r\n"
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{host}{length}{headers}\r\n".encode())
        if body:
            self._writer.write(body)
            await self._writer.drain()
        return head_of(await self._reader.readuntil(b"\r\n\r\n"))

    async def _chunks(self) -> AsyncIterator[bytes]:
        assert self._reader is not None
        while size := int((await self._reader.readuntil(b"\r\n")).partition(b";")[0], 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readuntil(b"\r\n")


def head_of(text: bytes) -> RawAnswer:
    """An answer without its body, from its status line and headers.

    Raises:
        ConnectionError: it is not HTTP.
    """
    first, *lines = text.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
        raise ConnectionError(f"No HTTP: {first[:80]}")
    pairs = (line.partition(":") for line in lines)
    return RawAnswer(int(rest[:3]), tuple((name.lower(), value.strip()) for name, _, value in pairs), b"")
