"""Takes a request's body into memory in the event loop, within limits, before any thread is used."""

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


class SenderGoneError(Exception):
    """The connection closed before the body was whole; there is nobody left to answer."""


class BodyMemory:
    """Counts the bytes of all bodies in memory; used from the event loop only."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.held = 0

    def take(self, count: int) -> None:
        """Raises ``AnsweredEarlyError`` where the bytes would not fit."""
        if self.held + count > self._limit:
            raise AnsweredEarlyError(TOO_BUSY)
        self.held += count

    def give_back(self, count: int) -> None:
        """The bytes are no longer held."""
        self.held -= count


def header(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header (lower-case name), the first where it is repeated."""
    return next((value for key, value in scope["headers"] if key == name), None)


async def read_body(scope: Scope, receive: Receive, memory: BodyMemory, limits: ServerLimits) -> bytes:
    """Take the whole body; the caller gives ``len(body)`` back to the memory.

    Raises:
        AnsweredEarlyError: too large by its declared or by its real length, too slow, or no memory left.
        SenderGoneError: the sender hung up.
    """
    if int(header(scope, b"content-length") or 0) > limits.body_bytes:
        raise AnsweredEarlyError(TOO_LARGE)
    body = bytearray()
    try:
        await _fill(body, receive, memory, limits)
    except TimeoutError:
        memory.give_back(len(body))
        raise AnsweredEarlyError(TOO_SLOW) from None
    except BaseException:
        memory.give_back(len(body))
        raise
    return bytes(body)


async def _fill(body: bytearray, receive: Receive, memory: BodyMemory, limits: ServerLimits) -> None:
    started = asyncio.get_running_loop().time()
    more = True
    while more:
        async with asyncio.timeout_at(started + _patience(len(body), limits)):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGoneError
        chunk = message.get("body", b"")
        if len(body) + len(chunk) > limits.body_bytes:
            raise AnsweredEarlyError(TOO_LARGE)
        memory.take(len(chunk))
        body += chunk
        more = message.get("more_body", False)


def _patience(received: int, limits: ServerLimits) -> float:
    """Seconds after the head by which more has to come: the pace and the end in one number."""
    return min(limits.body_seconds, limits.body_grace_seconds + received / limits.body_bytes_per_second)


async def discard_body(scope: Scope, receive: Receive, limits: ServerLimits) -> None:
    """Take the rest of a refused body without keeping it, within limits.

    A server that closes while the phone still sends makes the phone see a broken connection and not
    the answer.
    """
    if header(scope, b"expect") is not None:
        return  # such a sender waits for a word to go on, and it was just told no
    taken = 0
    try:
        async with asyncio.timeout(limits.discard_seconds):
            while taken < limits.discard_bytes:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
