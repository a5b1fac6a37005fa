"""Reads request bodies into memory in the event loop, within limits, before a thread is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from client.serving.early_answers import TOO_BUSY, TOO_LARGE, TOO_SLOW, AnsweredEarlyError
from client.serving.limits import ServerLimits

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """The client disconnected before it had sent the whole body."""


class BodyMemory:
    """Counts the bytes of all bodies in memory. Use it from the event loop only."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    def reserve(self, count: int) -> None:
        """Reserve memory.

        Raises:
            AnsweredEarlyError: the limit would be exceeded.
        """
        if self._used + count > self._limit:
            raise AnsweredEarlyError(TOO_BUSY)
        self._used += count

    def release(self, count: int) -> None:
        """Release reserved memory."""
        self._used -= count


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first value of a header, given its lower-case name."""
    return next((value for key, value in scope["headers"] if key == name), None)


async def read_body(scope: Scope, receive: Receive, memory: BodyMemory, limits: ServerLimits) -> bytes:
    """Read the whole body. The caller must release ``len(body)`` from the memory.

    Raises:
        AnsweredEarlyError: the body is too large (declared or actual), too slow, or memory is short.
        ClientDisconnectedError: the client disconnected.
    """
    if int(header(scope, b"content-length") or 0) > limits.body_bytes:
        raise AnsweredEarlyError(TOO_LARGE)
    body = bytearray()
    try:
        await _fill(body, receive, memory, limits)
    except TimeoutError:
        memory.release(len(body))
        raise AnsweredEarlyError(TOO_SLOW) from None
    except BaseException:
        memory.release(len(body))
        raise
    return bytes(body)


async def _fill(body: bytearray, receive: Receive, memory: BodyMemory, limits: ServerLimits) -> None:
    started = asyncio.get_running_loop().time()
    more = True
    while more:
        async with asyncio.timeout_at(started + _deadline(len(body), limits)):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk = message.get("body", b"")
        if len(body) + len(chunk) > limits.body_bytes:
            raise AnsweredEarlyError(TOO_LARGE)
        memory.reserve(len(chunk))
        body += chunk
        more = message.get("more_body", False)


def _deadline(received: int, limits: ServerLimits) -> float:
    """Seconds after the start by which the next chunk must arrive: minimum rate and total time in one."""
    return min(limits.body_seconds, limits.body_grace_seconds + received / limits.body_bytes_per_second)


async def discard_body(scope: Scope, receive: Receive, limits: ServerLimits) -> None:
    """Read and discard the rest of a rejected body, within limits.

    If the server closed the connection while the client is sending, the client would report a broken
    connection instead of showing the response.
    """
    if header(scope, b"expect") is not None:
        return  # the client waits for "100 Continue", which it will not get
    discarded = 0
    try:
        async with asyncio.timeout(limits.discard_seconds):
            while discarded < limits.discard_bytes:
                message = await receive()
                discarded += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
