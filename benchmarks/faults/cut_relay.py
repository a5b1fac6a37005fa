"""A relay in front of a database server, which can cut its connections like a network, or let it hang."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

HOST = "127.0.0.1"
PIECE = 65_536  # bytes
Result = TypeVar("Result")


class CutRelay:
    """Forwards connections until it is cut; the end of the ``with`` block closes them all.

    Args:
        address: the address of a MongoDB server with a single host and a port.

    Attributes:
        address: the server's address through the relay.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or HOST, parts.port or 27017
        self._is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._pass_on, HOST, 0))
        port = self._server.sockets[0].getsockname()[1]
        login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        query = "&".join(filter(None, [parts.query, "directConnection=true"]))  # or clients learn other hosts
        self.address = urlunsplit((parts.scheme, f"{login}{HOST}:{port}", parts.path or "/", query, ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Abort all connections, and accept no new ones."""
        self._do(self._cut())

    def hang(self) -> None:
        """Keep all connections and forward nothing, as a server whose disk or processor stands still."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def mend(self) -> None:
        """Accept connections again, and go on forwarding."""
        self._is_cut = False
        self._loop.call_soon_threadsafe(self._flows.set)

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _cut(self) -> None:
        self._is_cut = True
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _end(self) -> None:
        await self._cut()
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there_writer}
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        self._open -= {writer, there_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward bytes until either side ends the connection."""
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
