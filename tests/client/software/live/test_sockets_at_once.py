"""Sockets that open at the same moment, and while the server begins to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from attendance.register import Register
from client.serving.body import Message, Receive, Scope, Send
from client.serving.limits import SocketLimits
from client.serving.websockets import Answer
from client.software.live.connection import Connection
from client.software.live.sockets import LiveSockets
from tests.client.serving.loops import in_a_loop

SCOPE: Scope = {"type": "websocket", "path": "/ws", "headers": [], "extensions": {}}


class OpenConnection:
    """A connection that is open until it is stopped."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self._stopped.set()

    async def run(self, is_authorised: Callable[[], Awaitable[bool]]) -> None:
        del is_authorised
        await self._stopped.wait()


class SlowSockets(LiveSockets):
    """Opens a stream only when it is let: as long as a gallery is loaded."""

    def __init__(self, sockets: int) -> None:
        async def authorised(request: Scope) -> Answer:
            del request
            return Answer(200, b"{}", [])

        super().__init__(cast("Register", None), authorised, SocketLimits(sockets=sockets))
        self.loaded = asyncio.Event()

    async def _connect(self, issued: bytes, receive: Receive, send: Send) -> Connection:
        del issued, receive, send
        await self.loaded.wait()
        return cast("Connection", OpenConnection())


async def shake_hands(sockets: LiveSockets, told: list[str]) -> None:
    """A handshake, whose outcome is noted."""

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        told.append(message["type"])

    await sockets.serve(dict(SCOPE), receive, send)


async def opened(count: int, *, stop_first: bool) -> list[str]:
    """What so many handshakes at once are told, of which two may be open."""
    sockets, told = SlowSockets(2), list[str]()
    tasks = [asyncio.create_task(shake_hands(sockets, told)) for _ in range(count)]
    await asyncio.sleep(0.05)
    if stop_first:
        sockets.stop()
    sockets.loaded.set()
    await asyncio.sleep(0.05)
    if not stop_first:
        sockets.stop()
    done, running = await asyncio.wait(tasks, timeout=5.0)
    for task in running:
        task.cancel()
    assert len(done) == count, "the server waits for a socket that nobody stopped"
    return told


@pytest.mark.parametrize("stop_first", [False, True])
def test_no_more_than_the_limit_open_at_once_and_all_end_with_the_server(*, stop_first: bool) -> None:
    told: Any = in_a_loop(opened(3, stop_first=stop_first))
    assert sorted(told) == ["websocket.accept", "websocket.accept", "websocket.close"]
