"""Notifies open boards of changes with server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from client.serving.body import Message, Receive, Send
from client.serving.events.polling import Follow, Polls
from client.serving.events.streams import header_of, part, until_disconnected, without

SESSION_HEADER = "X-Board-Session"  # in Flask's response: stream this session's events
CHANGE_HEADER = "X-Board-Change"  # the board's change number when Flask responded


@dataclass(frozen=True)
class FeedLimits:
    """The timing and the number of event streams.

    Attributes:
        poll_seconds: time between database queries, one for all boards of a session; where the database tells
            of changes, only after one.
        heartbeat_seconds: silence after which a heartbeat is sent, so that proxies keep the stream open.
        lifetime_seconds: time after which a stream ends. The browser reconnects automatically, and Flask
            checks the login again, so a board outlives its login by this time at most.
        streams: the maximum at once. Further browsers get one event and reconnect after ``retry_ms``.
        retry_ms: delay before a browser reconnects, in milliseconds.
    """

    poll_seconds: float = 0.5
    heartbeat_seconds: float = 15.0
    lifetime_seconds: float = 60.0
    streams: int = 200
    retry_ms: int = 3000


class BoardFeeds:
    """Asks for each session once for all its boards. Use it from one event loop.

    Args:
        change: returns a session's change number; it may block.
        limits: timing and number of streams.
        follow: how the database tells of changes; None means not at all.
    """

    def __init__(
        self, change: Callable[[str], int], limits: FeedLimits | None = None, follow: Follow | None = None
    ) -> None:
        self._limits = limits or FeedLimits()
        self._polls = Polls(change, self._limits.poll_seconds, "boards", follow)
        self._streams = 0

    def stop(self) -> None:
        """End all streams, so that the server can stop."""
        self._polls.stop()

    async def answer(self, head: Message, receive: Receive, send: Send) -> None:
        """Send the stream that Flask asks for with the head of its response."""
        await send(without(head, SESSION_HEADER, CHANGE_HEADER))
        session_id = bytes.fromhex(header_of(head, SESSION_HEADER) or "").decode()
        await self.stream(session_id, int(header_of(head, CHANGE_HEADER) or 0), receive, send)

    async def stream(self, session_id: str, change: int, receive: Receive, send: Send) -> None:
        """Send the body of an event stream until its lifetime ends or the browser disconnects.

        Args:
            session_id: the session of the board.
            change: the change number in Flask's response.
            receive: ASGI's receive callable, which reports the disconnect.
            send: ASGI's send callable; the response's head was already sent.
        """
        await send(part(f"retry: {self._limits.retry_ms}\n{_event(change)}"))
        if self._streams < self._limits.streams and not self._polls.stopped.is_set():
            self._streams += 1
            try:
                await until_disconnected(self._send_changes(session_id, change, send), receive)
            finally:
                self._streams -= 1
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_changes(self, session_id: str, seen: int, send: Send) -> None:
        with self._polls.listening(session_id, seen) as polled, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.lifetime_seconds):
                while not self._polls.stopped.is_set():
                    if polled.number != seen:
                        seen = polled.number
                        await send(part(_event(seen)))
                    elif not await polled.wait(self._limits.heartbeat_seconds):
                        await send(part(": heartbeat\n\n"))


def first_event(change: int, retry_ms: int = FeedLimits.retry_ms) -> str:
    """The whole body under a server without streams: the browser polls by reconnecting."""
    return f"retry: {retry_ms}\n{_event(change)}"


def _event(change: int) -> str:
    return f"data: {change}\n\n"
