"""Tells open boards that something changed: server-sent events that hold no thread."""

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

SESSION_HEADER = "X-Board-Session"  # on Flask's answer: go on with the events of this session
CHANGE_HEADER = "X-Board-Change"  # what the board stood at when Flask answered
EVENT_STREAM = "text/event-stream"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedPace:
    """How often boards hear what.

    Attributes:
        poll_seconds: between two looks into the database, one for all boards of a session.
        heartbeat_seconds: after which a quiet stream shows that it is alive, so that no proxy ends it.
        lifetime_seconds: after which a stream ends. The browser asks again by itself, and Flask looks
            again who is there: this is how long a board outlives its login.
        streams: at once; whoever comes later gets one event, and asks again after ``retry_ms``.
        retry_ms: after which a browser asks again.
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
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class BoardFeeds:
    """One look a second for all boards of a session; used from one event loop.

    Args:
        change: the number of a session's state; it may block.
        pace: how often.
    """

    def __init__(self, change: Callable[[str], int], pace: FeedPace | None = None) -> None:
        self._change = change
        self._pace = pace or FeedPace()
        self._feeds: dict[str, _Feed] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="boards")
        self._stopped = asyncio.Event()
        self._streams = 0

    def stop(self) -> None:
        """End all streams, so that the server need not wait for them."""
        self._stopped.set()
        for feed in self._feeds.values():
            feed.moved.set()

    async def stream(self, session_id: str, change: int, receive: Receive, send: Send) -> None:
        """Send the body of an event stream until its time is over or the browser goes.

        Args:
            session_id: whose board.
            change: what Flask read.
            receive: tells when the browser goes.
            send: takes the body; the head is sent already.
        """
        await send(_part(f"retry: {self._pace.retry_ms}\n{_event(change)}"))
        if self._streams < self._pace.streams and not self._stopped.is_set():
            self._streams += 1
            gone = asyncio.ensure_future(_until_gone(receive))
            telling = asyncio.ensure_future(self._tell(session_id, change, send))
            try:
                await asyncio.wait((gone, telling), return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._streams -= 1
                for task in (gone, telling):
                    task.cancel()
                await asyncio.gather(gone, telling, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, session_id: str, seen: int, send: Send) -> None:
        feed = self._join(session_id, seen)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.lifetime_seconds):
                    while not self._stopped.is_set():
                        if feed.change != seen:
                            seen = feed.change
                            await send(_part(_event(seen)))
                        elif not await self._wait(feed):
                            await send(_part(": still here\n\n"))
        finally:
            feed.listeners -= 1

    async def _wait(self, feed: _Feed) -> bool:
        """Whether something moved before the next heartbeat."""
        try:
            await asyncio.wait_for(feed.moved.wait(), self._pace.heartbeat_seconds)
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
                await asyncio.sleep(self._pace.poll_seconds)
                try:
                    change = await loop.run_in_executor(self._pool, self._change, session_id)
                except AttendanceError as error:
                    _log.warning("The boards of a session wait for the database: %s", error)
                    continue
                if change != feed.change:
                    feed.change = change
                    moved, feed.moved = feed.moved, asyncio.Event()
                    moved.set()
        finally:
            self._feeds.pop(session_id, None)


class TakenOver:
    """A ``send`` that holds back an answer of Flask which asks for a stream, and passes on every other.

    Args:
        send: of the connection.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Take one message of Flask's answer."""
        if message["type"] == "http.response.start" and _header(message, SESSION_HEADER) is not None:
            self._head = message
        elif self._head is None:
            await self._send(message)

    async def go_on(self, feeds: BoardFeeds | None, receive: Receive) -> None:
        """Stream, where Flask's answer asked for it."""
        if self._head is None or feeds is None:
            return
        session_id = bytes.fromhex((_header(self._head, SESSION_HEADER) or b"").decode()).decode()
        change = int(_header(self._head, CHANGE_HEADER) or 0)
        inner = {SESSION_HEADER.lower().encode(), CHANGE_HEADER.lower().encode(), b"content-length"}
        headers = [pair for pair in self._head["headers"] if pair[0] not in inner]
        await self._send({**self._head, "headers": headers})
        await feeds.stream(session_id, change, receive, self._send)


def feeds_of(wsgi: Any) -> BoardFeeds | None:
    """The feeds for the boards of a Flask app; None for any other app."""
    register = getattr(wsgi, "extensions", {}).get("register")
    return None if register is None else BoardFeeds(register.boards.change)


def wants_events(scope: Scope) -> bool:
    """Whether a request may become a stream."""
    return bool(scope["method"] == "GET" and scope["path"].endswith("/events"))


def first_event(change: int, retry_ms: int = FeedPace.retry_ms) -> str:
    """The whole body where nothing streams: the browser asks again after a while."""
    return f"retry: {retry_ms}\n{_event(change)}"


def _event(change: int) -> str:
    return f"data: {change}\n\n"


def _part(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def _header(message: Message, name: str) -> bytes | None:
    wanted = name.lower().encode()
    return next((value for key, value in message["headers"] if key == wanted), None)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("The boards of a session hear nothing more.", exc_info=task.exception())
