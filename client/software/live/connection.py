"""An open socket: recognises faces in the newest frame, skips older ones, and answers every message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import tzinfo
from functools import partial
from typing import NamedTuple

from attendance.audit.chain.actor import acting
from attendance.audit.trail import actor_named
from attendance.live.values import Frames
from attendance.store.protocol import Store
from client.errors import BadMessageError
from client.serving.body import Receive, Send
from client.serving.limits import SocketLimits
from client.software.live import messages
from client.software.live.answers import LiveAnswers, PendingFrame
from client.software.live.handshake import Ticket
from client.software.live.known_fields import beside
from client.software.live.messages import LiveProblem, Message

GOING_AWAY, POLICY_VIOLATION, INTERNAL_ERROR, SERVICE_RESTART = 1001, 1008, 1011, 1012  # RFC 6455, 7.4.1

_log = logging.getLogger(__name__)


class Ending(NamedTuple):
    """Why a socket closes.

    Attributes:
        code: a close code of RFC 6455.
        reason: for the client's log.
    """

    code: int
    reason: str


class Connection:
    """A socket after its handshake. Runs in the event loop.

    Args:
        stream: recognises faces in the frames.
        ticket: the socket's permissions.
        course: the course's name.
        store: looks up the names of candidates.
        zone: the site's time zone; None means the computer's own.
        limits: the socket's limits.
        threads: runs the recognition.
        receive: ASGI's receive callable.
        send: ASGI's send callable.
    """

    def __init__(
        self,
        stream: Frames,
        ticket: Ticket,
        course: str,
        *,
        store: Store,
        zone: tzinfo | None,
        limits: SocketLimits,
        threads: Executor,
        receive: Receive,
        send: Send,
    ) -> None:
        self._answers = LiveAnswers(stream, ticket, store, zone)
        self._ticket = ticket
        self._course = course
        self._actor = actor_named(store, ticket.by)
        self._limits = limits
        self._threads = threads
        self._receive = receive
        self._send = send
        self._pending: PendingFrame | None = None
        self._arrived = asyncio.Event()
        self._sending = asyncio.Lock()
        self._frames = 0
        self._next_frame_at = 0.0
        self._ending = asyncio.Event()
        self._end: Ending | None = Ending(GOING_AWAY, "")

    def stop(self) -> None:
        """Close the socket because the server is stopping."""
        self._finish(Ending(SERVICE_RESTART, "The server is stopping."))

    async def run(self, is_authorised: Callable[[], Awaitable[bool]]) -> None:
        """Serve until either side ends the connection.

        Args:
            is_authorised: returns whether the login or token is still valid.
        """
        tasks = [
            asyncio.ensure_future(part)
            for part in (self._read(), self._recognise(), self._check(is_authorised), self._ending.wait())
        ]
        try:
            await self._send_message(
                messages.ready(
                    self._ticket.session_id,
                    self._course,
                    most_bytes=self._limits.frame_bytes,
                    most_per_second=self._limits.frames_per_second,
                )
            )
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if task.exception() is not None:
                    _log.error("A live socket failed.", exc_info=task.exception())
                    self._finish(Ending(INTERNAL_ERROR, "An internal error occurred."))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    async def _read(self) -> None:
        """Receive messages as they arrive, so that clicks and disconnects never wait for a frame."""
        while not self._ending.is_set():
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    message = await self._receive()
            except TimeoutError:
                self._finish(Ending(GOING_AWAY, "No message for a while."))
                return
            if message["type"] == "websocket.disconnect":
                self._finish(None)
            elif (text := message.get("text")) is not None:
                await self._take_text(text)
            else:
                await self._take_frame(message["bytes"])

    async def _take_text(self, text: str) -> None:
        try:
            click = messages.read_text(text)
        except BadMessageError as error:
            await self._send_message(messages.failure(error, "This message is not valid."))
            return
        await self._send_message(await self._in_thread(partial(self._answers.to_click, click)))

    async def _take_frame(self, data: bytes) -> None:
        self._frames += 1
        number, now = self._frames, asyncio.get_running_loop().time()
        most = self._limits.frame_bytes
        if len(data) > most:
            detail = f"The frame has {len(data)} bytes; the limit is {most}. Send a smaller one."
            await self._send_message(messages.problem(LiveProblem.TOO_LARGE, detail, frame=number))
        elif not self._is_within_rate(now):
            detail = f"Send at most {self._limits.frames_per_second:g} frames a second."
            await self._send_message(messages.problem(LiveProblem.TOO_FAST, detail, frame=number))
        else:
            if self._pending is not None:
                await self._send_message(messages.skipped(self._pending.number))
            self._pending = PendingFrame(number, data, now)
            self._arrived.set()

    def _is_within_rate(self, now: float) -> bool:
        """Whether another frame is within the rate limit, which allows bursts of one second's frames."""
        if self._next_frame_at - now > 1.0:
            return False
        self._next_frame_at = max(now, self._next_frame_at) + 1 / self._limits.frames_per_second
        return True

    async def _recognise(self) -> None:
        """Process the newest frame, one at a time."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            frame, self._pending = self._pending, None
            if frame is not None:
                await self._send_message(await self._in_thread(partial(self._answers.to_frame, frame)))

    async def _check(self, is_authorised: Callable[[], Awaitable[bool]]) -> None:
        while True:
            await asyncio.sleep(self._limits.check_seconds)
            if not await is_authorised():
                self._finish(Ending(POLICY_VIOLATION, "The login or token is no longer valid."))

    async def _in_thread(self, work: Callable[[], Message]) -> Message:
        def acted() -> Message:
            with acting(self._actor):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, acted)

    async def _send_message(self, message: Message) -> None:
        """Send a message. A client that doesn't read for too long is disconnected."""
        text = messages.as_text(beside(message) if self._ticket.known_fields else message)
        try:
            async with asyncio.timeout(self._limits.send_seconds), self._sending:
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            self._finish(Ending(POLICY_VIOLATION, "The client does not read its messages."))
        except (OSError, RuntimeError):  # disconnected
            self._finish(None)

    def _finish(self, end: Ending | None) -> None:
        """End the socket for a reason, or None if the client has disconnected. The first reason counts."""
        if not self._ending.is_set():
            self._end = end
            self._ending.set()

    async def _close(self) -> None:
        if self._end is not None:
            with contextlib.suppress(OSError, RuntimeError):
                code, reason = self._end.code, self._end.reason
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
