"""What all streams of server-sent events share: Flask's response that asks for one, and how one is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from client.serving.body import Message, Receive, Send

EVENT_STREAM = "text/event-stream"
_log = logging.getLogger(__name__)
STREAMED = "attendance.streamed"  # in the scope of a request whose response this server can go on with


class StreamInterceptor:
    """A ``send`` that keeps a response of Flask that asks for a stream, and passes on all others.

    Args:
        send: the connection's send callable.
        markers: the headers with which Flask asks for one.

    Attributes:
        head: the head of the response that asks for a stream; None for any other response.
        body: its body.
    """

    def __init__(self, send: Send, *markers: str) -> None:
        self._send = send
        self._markers = markers
        self.head: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Handle one message of Flask's response."""
        if message["type"] == "http.response.start" and self._asks(message):
            self.head = message
        elif self.head is None:
            await self._send(message)
        else:
            self.body += message.get("body", b"")

    def _asks(self, head: Message) -> bool:
        return any(header_of(head, marker) is not None for marker in self._markers)


def header_of(head: Message, name: str) -> str | None:
    """A header of a response, or None."""
    lowered = name.lower().encode()
    found = next((value for key, value in head["headers"] if key.lower() == lowered), None)
    return None if found is None else found.decode("latin-1")


def without(head: Message, *names: str) -> Message:
    """The head of a stream's response: without its length, and without headers for the server itself."""
    left_out = {b"content-length", *(name.lower().encode() for name in names)}
    return {**head, "headers": [pair for pair in head["headers"] if pair[0].lower() not in left_out]}


def part(text: str) -> Message:
    """A part of a stream's body."""
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def until_disconnected(events: Coroutine[Any, Any, None], receive: Receive) -> None:
    """Send events until there are no more, or nobody listens any more; an error is logged and ends them."""
    disconnect = asyncio.ensure_future(_disconnect(receive))
    sending = asyncio.ensure_future(events)
    try:
        await asyncio.wait((disconnect, sending), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (disconnect, sending):
            task.cancel()
        await asyncio.gather(disconnect, sending, return_exceptions=True)
    if not sending.cancelled() and (error := sending.exception()) is not None:
        _log.error("A stream of events failed.", exc_info=error)


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
