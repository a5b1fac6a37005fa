"""Notifies open boards of changes with server-sent events, without a thread for each."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from attendance.errors import AttendanceError
from client.serving.body import Message, Receive, Scope, Send

SESSION_HEADER = "X-Board-Session"  # in Flask's response: stream this session's events
CHANGE_HEADER = "X-Board-Change"  # the board's change number when Flask responded
EVENT_STREAM = "text/event-stream"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedLimits:
    """The timing and the number of event streams.

    Attributes:
        poll_seconds: time between database queries, one for all boards of a session.
        heartbeat_seconds: silence after which a heartbeat is sent, so that proxies keep the stream open.
        lifetime_seconds: time after which a stream ends. The browser reconnects automatically, and Flask
            checks the login again, so a board outlives its login by this time at most.
        streams: the maximum at once. Further browsers get one event and reconnect after ``retry_ms``.
        retry_ms: delay before a browser reconnects, in milliseconds.
    """

    poll_seconds: float = 1.0
    heartbeat_seconds: float = 15.0
    lifetime_seconds: float = 60.0
    streams: int = 200
    retry_ms: int = 3000


@dataclass
class _Feed:
    """The boards of one session."""

    change: int
    listeners: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class BoardFeeds:
    """Polls each session once for all its boards. Use it from one event loop.

    Args:
        change: returns a session's change number; it may block.
        limits: timing and number of streams.
    """

    def __init__(self, change: Callable[[str], int], limits: FeedLimits | None = None) -> None:
        self._change = change
        self._limits = limits or FeedLimits()
        self._feeds: dict[str, _Feed] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="boards")
        self._stopped = asyncio.Event()
        self._streams = 0

    def stop(self) -> None:
        """End all streams, so that the server can stop."""
        self._stopped.set()
        for feed in self._feeds.values():
            feed.changed.set()

    async def stream(self, session_id: str, change: int, receive: Receive, send: Send) -> None:
        """Send the body of an event stream until its lifetime ends or the browser disconnects.

        Args:
            session_id: the session of the board.
            change: the change number in Flask's response.
            receive: ASGI's receive callable, which reports the disconnect.
            send: ASGI's send callable; the response's head was already sent.
        """
        await send(_part(f"retry: {self._limits.retry_ms}\n{_event(change)}"))
        if self._streams < self._limits.streams and not self._stopped.is_set():
            self._streams += 1
            disconnect = asyncio.ensure_future(_wait_for_disconnect(receive))
            events = asyncio.ensure_future(self._send_changes(session_id, change, send))
            try:
                await asyncio.wait((disconnect, events), return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._streams -= 1
                for task in (disconnect, events):
                    task.cancel()
                await asyncio.gather(disconnect, events, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_changes(self, session_id: str, seen: int, send: Send) -> None:
        feed = self._join(session_id, seen)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.lifetime_seconds):
                    while not self._stopped.is_set():
                        if feed.change != seen:
                            seen = feed.change
                            await send(_part(_event(seen)))
                        elif not await self._wait(feed):
                            await send(_part(": heartbeat\n\n"))
        finally:
            feed.listeners -= 1

    async def _wait(self, feed: _Feed) -> bool:
        """Whether the session changed before the next heartbeat is due."""
        try:
            await asyncio.wait_for(feed.changed.wait(), self._limits.heartbeat_seconds)
        except TimeoutError:
            return False
        return True

    def _join(self, session_id: str, change: int) -> _Feed:
        feed = self._feeds.get(session_id)
        if feed is None:
            feed = self._feeds[session_id] = _Feed(change)
            feed.listeners += 1
            task = asyncio.ensure_future(self._poll(session_id, feed))
            task.add_done_callback(_note_failure)
        else:
            feed.listeners += 1
        return feed

    async def _poll(self, session_id: str, feed: _Feed) -> None:
        loop = asyncio.get_running_loop()
        try:
            while feed.listeners and not self._stopped.is_set():
                await asyncio.sleep(self._limits.poll_seconds)
                try:
                    change = await loop.run_in_executor(self._pool, self._change, session_id)
                except AttendanceError as error:
                    _log.warning("Boards can't be updated now: %s", error)
                    continue
                if change != feed.change:
                    feed.change = change
                    changed, feed.changed = feed.changed, asyncio.Event()
                    changed.set()
        finally:
            self._feeds.pop(session_id, None)


class StreamInterceptor:
    """A ``send`` that intercepts a response of Flask that requests a stream, and passes on all others.

    Args:
        send: the connection's send callable.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Handle one message of Flask's response."""
        if message["type"] == "http.response.start" and _header(message, SESSION_HEADER) is not None:
            self._head = message
        elif self._head is None:
            await self._send(message)

    async def stream(self, feeds: BoardFeeds | None, receive: Receive) -> None:
        """Stream events if Flask's response requested it."""
        if self._head is None or feeds is None:
            return
        session_id = bytes.fromhex((_header(self._head, SESSION_HEADER) or b"").decode()).decode()
        change = int(_header(self._head, CHANGE_HEADER) or 0)
        internal = {SESSION_HEADER.lower().encode(), CHANGE_HEADER.lower().encode(), b"content-length"}
        headers = [pair for pair in self._head["headers"] if pair[0] not in internal]
        await self._send({**self._head, "headers": headers})
        await feeds.stream(session_id, change, receive, self._send)


def feeds_of(wsgi: Any) -> BoardFeeds | None:
    """The board feeds of a Flask app, or None for any other app."""
    register = getattr(wsgi, "extensions", {}).get("register")
    return None if register is None else BoardFeeds(register.boards.change)


def wants_events(scope: Scope) -> bool:
    """Whether a request may be for an event stream."""
    return bool(scope["method"] == "GET" and scope["path"].endswith("/events"))


def first_event(change: int, retry_ms: int = FeedLimits.retry_ms) -> str:
    """The whole body under a server without streams: the browser polls by reconnecting."""
    return f"retry: {retry_ms}\n{_event(change)}"


def _event(change: int) -> str:
    return f"data: {change}\n\n"


def _part(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def _header(message: Message, name: str) -> bytes | None:
    lowered = name.lower().encode()
    return next((value for key, value in message["headers"] if key == lowered), None)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("Updating the boards of a session failed.", exc_info=task.exception())
