"""Who watches while a class checks in: a teacher's board, a projector, and a visitor of a plain page."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.rush.wire import LOST, RawAnswer, ServerDoor, Wire

REST_SECONDS, RETRY_SECONDS = 0.7, 4.0
"""Between two looks of a board, and after one that failed: as client/static/js/board.js waits."""

PROJECTOR_RETRY_SECONDS = 2.0
PROBE_SECONDS = 0.1  # between two plain pages
OK, SEE_OTHER = 200, 303
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_BOARD = re.compile(r'<div[^>]*\bid="board"[^>]*>')
_STATES = re.compile(r'data-(state|held-state|room-state|alarms-state)="([^"]*)"')
_NAMES = {"state": "since", "held-state": "held", "room-state": "room", "alarms-state": "alarms"}


@dataclass
class WatchedPages:
    """What onlookers saw.

    Attributes:
        probes: seconds of each plain page.
        boards: seconds of each look of the board for changes.
        projectors: seconds of each picture of the projector.
        events: how many events the board got.
        failed: how many of their requests had no good answer.
    """

    probes: list[float] = field(default_factory=list)
    boards: list[float] = field(default_factory=list)
    projectors: list[float] = field(default_factory=list)
    events: int = 0
    failed: int = 0


async def log_in(door: ServerDoor, username: str, password: str) -> str:
    """Log in, and return what the browser sends from then on.

    Raises:
        BenchmarkError: the server didn't accept it.
    """
    async with Wire(door) as wire:
        page = await wire.ask("GET", "/login")
        token = _CSRF.search(page.body.decode())
        if token is None:
            raise BenchmarkError("The server shows no form to log in.")
        form = {"csrf_token": html.unescape(token[1]), "username": username, "password": password}
        headers = f"Content-Type: application/x-www-form-urlencoded\r\nCookie: {page.cookies}\r\n"
        answer = await wire.ask("POST", "/login", headers, urlencode(form).encode())
    if answer.status != SEE_OTHER:
        raise BenchmarkError(f"Logging in was answered with {answer.status}.")
    return answer.cookies


class Onlookers:
    """Watch one session until the block ends.

    Args:
        door: the server that they ask.
        session_id: what they watch.
        cookie: of a teacher who is logged in.

    Attributes:
        seen: what they saw.
    """

    def __init__(self, door: ServerDoor, session_id: str, cookie: str) -> None:
        self.seen = WatchedPages()
        self._door = door
        self._path = f"/teach/sessions/{quote(session_id, safe='')}"
        self._wall = f"/wall/{quote(session_id, safe='')}"
        self._headers = f"Cookie: {cookie}\r\nAccept-Encoding: gzip\r\n"
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> WatchedPages:
        for watch in (self._listen, self._look, self._project, self._probe):
            self._tasks.append(asyncio.create_task(watch()))
        return self.seen

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """The board's stream of events, opened again as a browser does."""
        while True:
            with suppress(*LOST):
                async for part in Wire(self._door).stream(f"{self._path}/events", self._headers):
                    if b"data:" in part:
                        self.seen.events += 1
                        self._changed.set()
            await asyncio.sleep(RETRY_SECONDS - 1)

    async def _look(self) -> None:
        """The board: the whole page, then what has changed after each event."""
        query: dict[str, str] = {}
        async with Wire(self._door) as wire:
            while True:
                if not query:
                    query = await self._opened(wire)
                await self._changed.wait()
                self._changed.clear()
                path = f"{self._path}/board/changes?{urlencode(query)}"
                answer = await self._timed(wire, path, self.seen.boards)
                if answer is None:
                    self._changed.set()
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                changes = json.loads(answer.body)
                query = {
                    name: changes["state" if old == "state" else old.replace("-", "_")]
                    for old, name in _NAMES.items()
                }
                await asyncio.sleep(REST_SECONDS)

    async def _opened(self, wire: Wire) -> dict[str, str]:
        while True:
            page = await self._timed(wire, f"{self._path}/board", self.seen.boards)
            if page is not None:
                board = _BOARD.search(page.body.decode())
                found = dict(_STATES.findall(board[0])) if board else {}
                return {name: html.unescape(found.get(old, "")) for old, name in _NAMES.items()}
            await asyncio.sleep(RETRY_SECONDS)

    async def _project(self) -> None:
        async with Wire(self._door) as wire:
            while True:
                picture = await self._timed(wire, f"{self._wall}/now", self.seen.projectors)
                wait = PROJECTOR_RETRY_SECONDS
                if picture is not None:
                    wait = json.loads(picture.body)["next_in_ms"] / 1000
                await asyncio.sleep(wait)

    async def _probe(self) -> None:
        async with Wire(self._door) as wire:
            while True:
                await self._timed(wire, "/", self.seen.probes, headers="Accept-Encoding: gzip\r\n")
                await asyncio.sleep(PROBE_SECONDS)

    async def _timed(
        self, wire: Wire, path: str, times: list[float], *, headers: str | None = None
    ) -> RawAnswer | None:
        """The answer, with its time noted; None where it is not a good one."""
        begin = time.perf_counter()
        try:
            answer = await wire.ask("GET", path, self._headers if headers is None else headers)
        except LOST:
            self.seen.failed += 1
            return None
        times.append(time.perf_counter() - begin)
        if answer.status != OK:
            self.seen.failed += 1
            return None
        return answer
