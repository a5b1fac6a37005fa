"""Reads request bodies into memory in the event loop, within limits, before a thread is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from client.serving.early_answers import TOO_BUSY, TOO_LARGE, TOO_SLOW, AnsweredEarlyError
from client.serving.limits import ServerLimits
from client.serving.shares.body_memory import BodyMemory, HeldBody
from client.serving.shares.parties import Party

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """The client disconnected before it had sent the whole body."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first value of a header, given its lower-case name."""
    return next((value for key, value in scope["headers"] if key == name), None)


async def read_body(
    scope: Scope, receive: Receive, memory: BodyMemory, limits: ServerLimits, party: Party
) -> tuple[bytes, HeldBody | None]:
    """Read the whole body.

    Until its first byte has arrived, a body costs nothing but its connection; while it waits for memory, its
    bytes stay there.

    Returns:
        The body, and its memory, which the caller must release; None for an empty body.

    Raises:
        AnsweredEarlyError: the body is too large (declared or actual), too slow, or memory is short.
        ClientDisconnectedError: the client disconnected.
    """
    declared = header(scope, b"content-length")
    if int(declared or 0) > limits.body_bytes:
        raise AnsweredEarlyError(TOO_LARGE)
    if declared == b"0" or (declared is None and header(scope, b"transfer-encoding") is None):
        return b"", None
    first = await _first_part(receive, limits)
    if not first.get("body"):
        return b"", None
    held = await memory.reserve(party, int(declared) if declared else limits.body_bytes)
    try:
        body = await _rest(first, receive, held, limits)
    except BaseException:
        memory.release(held)
        raise
    held.is_complete = True
    return body, held


async def _first_part(receive: Receive, limits: ServerLimits) -> Message:
    """The first bytes of a body, or its end."""
    try:
        async with asyncio.timeout(limits.first_byte_seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnectedError
                if message.get("body") or not message.get("more_body", False):
                    return message
    except TimeoutError:
        raise AnsweredEarlyError(TOO_SLOW) from None


async def _rest(first: Message, receive: Receive, held: HeldBody, limits: ServerLimits) -> bytes:
    """The whole body, given its first part."""
    loop = asyncio.get_running_loop()
    body, message, started = bytearray(), first, loop.time()
    while True:
        body += message.get("body", b"")
        if len(body) > limits.body_bytes:
            raise AnsweredEarlyError(TOO_LARGE)
        if not message.get("more_body", False):
            return bytes(body)
        try:
            async with asyncio.timeout_at(started + _deadline(len(body), limits)) as patience:
                held.end = lambda patience=patience: patience.reschedule(loop.time())  # type: ignore[misc]
                message = await receive()
        except TimeoutError:
            raise AnsweredEarlyError(TOO_BUSY if held.is_ended else TOO_SLOW) from None
        finally:
            held.end = _nothing
        if held.is_ended:  # just as more arrived
            raise AnsweredEarlyError(TOO_BUSY)
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError


def _nothing() -> None:
    """End a body whose reader isn't waiting: it looks for itself."""


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
