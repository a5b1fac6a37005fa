"""One open socket: the newest frame is judged, older ones are passed over, and every message is answered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from attendance.live.stream import LiveStream
from attendance.store.protocol import Store
from client.errors import BadMessageError
from client.problems.table import DOMAIN_ERRORS
from client.serving.body import Receive, Send
from client.serving.limits import SocketPace
from client.software.live import messages
from client.software.live.handshake import Ticket
from client.software.live.messages import Click, LiveProblem

GOING_AWAY, POLICY_VIOLATION, INTERNAL_ERROR, SERVICE_RESTART = 1001, 1008, 1011, 1012  # RFC 6455, 7.4.1

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WaitingFrame:
    """A frame that waits to be judged."""

    number: int
    data: bytes
    at: float


class Ending(NamedTuple):
    """Why a socket closes.

    Attributes:
        code: of RFC 6455.
        reason: for the client's log.
    """

    code: int
    reason: str


class Connection:
    """One socket after its handshake; lives in the event loop.

    Args:
        stream: judges the frames.
        ticket: what the socket may do.
        course: the course's name.
        store: for the names of candidates.
        pace: how much it may take.
        threads: where frames are judged.
        receive: of ASGI.
        send: of ASGI.
    """

    def __init__(
        self,
        stream: LiveStream,
        ticket: Ticket,
        course: str,
        *,
        store: Store,
        pace: SocketPace,
        threads: Executor,
        receive: Receive,
        send: Send,
    ) -> None:
        self._stream = stream
        self._ticket = ticket
        self._course = course
        self._store = store
        self._pace = pace
        self._threads = threads
        self._receive = receive
        self._send = send
        self._waiting: WaitingFrame | None = None
        self._arrived = asyncio.Event()
        self._sending = asyncio.Lock()
        self._frames = 0
        self._paid_until = 0.0
        self._ending = asyncio.Event()
        self._end: Ending | None = Ending(GOING_AWAY, "")

    def stop(self) -> None:
        """Close the socket soon, because the server stops."""
        self._finish(Ending(SERVICE_RESTART, "The server stops."))

    async def run(self, still_holds: Callable[[], Awaitable[bool]]) -> None:
        """Serve until the client goes, or has to.

        Args:
            still_holds: whether the login or the token is still good.
        """
        tasks = [
            asyncio.ensure_future(part)
            for part in (self._read(), self._judge(), self._check(still_holds), self._ending.wait())
        ]
        try:
            await self._say(
                messages.ready(
                    self._ticket.session_id,
                    self._course,
                    most_bytes=self._pace.frame_bytes,
                    most_per_second=self._pace.frames_per_second,
                )
            )
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if task.exception() is not None:
                    _log.error("A live socket broke.", exc_info=task.exception())
                    self._finish(Ending(INTERNAL_ERROR, "Something went wrong here."))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    async def _read(self) -> None:
        """Take messages as they come, so that a click or a farewell never waits behind a frame."""
        while not self._ending.is_set():
            try:
                async with asyncio.timeout(self._pace.idle_seconds):
                    message = await self._receive()
            except TimeoutError:
                self._finish(Ending(GOING_AWAY, "Nothing came for a while."))
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
            await self._say(messages.failure(error, "This is no message of the protocol."))
            return
        await self._say(await self._in_thread(partial(self._clicked, click)))

    async def _take_frame(self, data: bytes) -> None:
        self._frames += 1
        number, now = self._frames, asyncio.get_running_loop().time()
        most = self._pace.frame_bytes
        if len(data) > most:
            told = f"A frame has {most} bytes at most, not {len(data)}. Send it smaller."
            await self._say(messages.problem(LiveProblem.TOO_LARGE, told, frame=number))
        elif not self._pays(now):
            told = f"Send {self._pace.frames_per_second:g} frames a second at most."
            await self._say(messages.problem(LiveProblem.TOO_FAST, told, frame=number))
        else:
            if self._waiting is not None:
                await self._say(messages.skipped(self._waiting.number))
            self._waiting = WaitingFrame(number, data, now)
            self._arrived.set()

    def _pays(self, now: float) -> bool:
        """Whether there is room for one more frame; a second's worth may come at once."""
        if self._paid_until - now > 1.0:
            return False
        self._paid_until = max(now, self._paid_until) + 1 / self._pace.frames_per_second
        return True

    async def _judge(self) -> None:
        """Judge the newest frame, one at a time."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            frame, self._waiting = self._waiting, None
            if frame is not None:
                await self._say(await self._in_thread(partial(self._looked, frame)))

    async def _check(self, still_holds: Callable[[], Awaitable[bool]]) -> None:
        while True:
            await asyncio.sleep(self._pace.check_seconds)
            if not await still_holds():
                self._finish(Ending(POLICY_VIOLATION, "The login or the token has ended."))

    def _looked(self, frame: WaitingFrame) -> str:
        """The answer to a frame; runs in a thread."""
        try:
            view = self._stream.look(frame.data, frame.at)
            ticket = self._ticket
            return messages.faces(
                frame.number, view, self._store, scores=ticket.scores, choosing=ticket.choosing
            )
        except DOMAIN_ERRORS as error:
            return messages.failure(error, "Nothing is lost. Keep sending.", frame=frame.number)
        except Exception as error:  # noqa: BLE001 - the socket lives on, and the log has it
            _log.exception("A live frame could not be judged.")
            return messages.failure(error, "Something went wrong here. Keep sending.", frame=frame.number)

    def _clicked(self, click: Click) -> str:
        """The answer to a click; runs in a thread."""
        if click.student is not None and not self._ticket.choosing:
            return messages.problem(LiveProblem.NOBODY, "A kiosk does not choose between students.")
        try:
            mark = self._stream.click(click.face, by=self._ticket.by, student_id=click.student)
        except DOMAIN_ERRORS as error:
            return messages.failure(error, "Nothing was marked. Click again.")
        if mark is None:
            return messages.problem(LiveProblem.NOBODY, f"Face {click.face} is nobody who can be marked.")
        return messages.clicked(click.face, mark.student_id, mark.status.value)

    async def _in_thread(self, work: Callable[[], str]) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _say(self, text: str) -> None:
        """Send a message; a client that takes none for too long has to go."""
        try:
            async with asyncio.timeout(self._pace.send_seconds), self._sending:
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            self._finish(Ending(POLICY_VIOLATION, "The client takes no messages."))
        except (OSError, RuntimeError):  # gone; the reader hears of it too
            self._finish(None)

    def _finish(self, end: Ending | None) -> None:
        """End the socket; None where the client is gone already. The first reason counts."""
        if not self._ending.is_set():
            self._end = end
            self._ending.set()

    async def _close(self) -> None:
        if self._end is not None:
            with contextlib.suppress(OSError, RuntimeError):
                code, reason = self._end.code, self._end.reason
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
