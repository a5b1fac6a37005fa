"""A teacher who sends classroom photos and closes sessions while the server is killed."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Sequence
from secrets import token_hex
from urllib.parse import quote

from attendance.values import Session
from benchmarks.rush.wire import LOST, RawAnswer, ServerDoor, Wire

REST_SECONDS = 2.0
SEE_OTHER = 303
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class BusyTeacher:
    """Sends photos and closes sessions in turn.

    Args:
        door: the server.
        cookie: the cookie of a login.
        photo: a JPEG of a room.
        room: the session of the photos.
        to_close: the sessions to close, in this order.

    Attributes:
        jobs: the job ids of the accepted photos.
        closed: the sessions whose closing the server confirmed.
        refused: number of other answers; the queue of photos may be full.
        unanswered: number of requests without an answer.
    """

    def __init__(
        self, door: ServerDoor, cookie: str, photo: bytes, room: Session, to_close: Sequence[Session]
    ) -> None:
        self.jobs: list[str] = []
        self.closed: list[Session] = []
        self.refused = self.unanswered = 0
        self._door = door
        self._cookie = cookie
        self._photo = photo
        self._room = room
        self._to_close = list(to_close)

    @property
    def has_worked(self) -> bool:
        """Whether the server has accepted a photo and closed a session."""
        return bool(self.jobs and self.closed)

    async def go_on(self) -> None:
        """Work until cancelled."""
        while True:
            await self._patiently(self._send_a_photo)
            if self._to_close:
                await self._patiently(self._close_a_session)

    async def _patiently(self, work: Callable[[Wire], Awaitable[None]]) -> None:
        await asyncio.sleep(REST_SECONDS)
        async with Wire(self._door) as wire:
            try:
                await work(wire)
            except LOST:
                self.unanswered += 1

    async def _send_a_photo(self, wire: Wire) -> None:
        path = f"{_path(self._room)}/classroom"
        file = 'name="photos"; filename="room.jpg"\r\nContent-Type: image/jpeg'
        answer = await self._post(wire, path, path, file, self._photo)
        if answer is None or answer.status != SEE_OTHER:
            self.refused += 1
        else:
            self.jobs.append(answer.header("location").rpartition("/")[2])

    async def _close_a_session(self, wire: Wire) -> None:
        session = self._to_close[0]
        answer = await self._post(wire, _path(session), f"{_path(session)}/close")
        if answer is None or answer.status != SEE_OTHER:
            self.refused += 1
        else:
            self.closed.append(self._to_close.pop(0))

    async def _post(
        self, wire: Wire, page: str, path: str, name: str = "", content: bytes = b""
    ) -> RawAnswer | None:
        """Submit the form of a page, optionally with a file; None if the page has no form."""
        shown = await wire.ask("GET", page, f"Cookie: {self._cookie}\r\n")
        token = _TOKEN.search(shown.body.decode())
        if token is None:
            return None
        fields = [('name="csrf_token"', html.unescape(token[1]).encode())]
        fields += [(name, content)] if name else []
        boundary = token_hex(16)
        parts = (
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
            for head, data in fields
        )
        cookies = shown.cookies or self._cookie
        headers = f"Content-Type: multipart/form-data; boundary={boundary}\r\nCookie: {cookies}\r\n"
        return await wire.ask("POST", path, headers, b"".join(parts) + f"--{boundary}--\r\n".encode())


def _path(session: Session) -> str:
    return f"/teach/sessions/{quote(session.id, safe='')}"
