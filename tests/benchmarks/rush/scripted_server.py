"""A server that gives the answers that a test has written down, and keeps what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from benchmarks.rush.wire import ServerDoor


@dataclass
class ScriptedServer:
    """Gives its answers in turn, each to one request; closes the connection instead of an empty one.

    Attributes:
        answers: whole responses.
        asked: heads of the requests until now.
        bodies: their bodies.
        sources: the addresses that they came from.
    """

    answers: list[bytes]
    door: ServerDoor = field(default_factory=partial(ServerDoor, "127.0.0.1", 0))
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lengths = [line for line in head.split("\r\n") if line.startswith("Content-Length:")]
                body = await reader.readexactly(int(lengths[0].partition(":")[2])) if lengths else b""
                self.asked.append(head)
                self.bodies.append(body)
                self.sources.append(writer.get_extra_info("peername")[0])
                answer = self.answers.pop(0)
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
        except asyncio.IncompleteReadError:  # the client has closed
            return
        finally:
            writer.close()


@asynccontextmanager
async def scripted(answers: Sequence[bytes]) -> AsyncIterator[ScriptedServer]:
    """A server with these answers."""
    script = ScriptedServer(list(answers))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.door = ServerDoor("127.0.0.1", server.sockets[0].getsockname()[1])
    async with server:
        yield script


def response(status: str, body: bytes = b"", *headers: str) -> bytes:
    """A response with a length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
