"""A phone: opens the page behind the QR code, and sends its form until the server has answered."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks.rush.phone_form import PhoneKey, PhonePicture, ShownForm, shown_form
from benchmarks.rush.wire import LOST, RawAnswer, ServerDoor, Wire

PAGE_HEADERS = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Encoding: gzip\r\n"
BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the page sends again: ``RETRY_MS`` of client/templates/phone/sending.js."""

COUNTED_SECONDS = 5.0  # a longer wait is exactly what the server asked for
AGAIN = frozenset({408, 429, 503})
UNANSWERED_SECONDS = 60.0
GIVES_UP_SECONDS = 150.0
OK = 200
PRESENT = frozenset({"present", "late", "already_present", "already_late"})
GAVE_UP = "gave_up"

Wait = Callable[[float], Awaitable[object]]


@dataclass(frozen=True)
class Errand:
    """One student's check-in.

    Attributes:
        session_id: where.
        student_id: who is on the picture.
        address: gives what comes after ``/s/`` in the code that is on the wall now.
        picture: what is sent.
        key: what the phone is known by.
        source: the phone's address; empty for the usual one.
    """

    session_id: str
    student_id: str
    address: Callable[[], str]
    picture: PhonePicture
    key: PhoneKey
    source: str = ""


@dataclass
class Visit:
    """What became of a check-in.

    Attributes:
        errand: whose.
        begun: when the page was asked for, in seconds of ``time.perf_counter``.
        page: seconds until it was there.
        seconds: from then to the verdict; pages that had to be asked for again are in it.
        code: the verdict's, or what happened instead.
        turned_away: pages that a person saw instead of the check-in page.
        waited_pages: pages that asked for themselves again.
        retried: photos that the page sent again as it was asked to.
        lost: requests without an answer.
    """

    errand: Errand
    begun: float = 0.0
    page: float = 0.0
    seconds: float = 0.0
    code: str = ""
    turned_away: int = 0
    waited_pages: int = 0
    retried: int = 0
    lost: int = 0
    statuses: list[int] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        """Whether the phone showed that the student is marked."""
        return self.code in PRESENT

    @property
    def is_unanswered(self) -> bool:
        """Whether the phone has given up, so that it doesn't know whether the student is marked."""
        return self.code == GAVE_UP


class RushPhone:
    """One phone with a key of its own.

    Args:
        doors: the servers; the first one is asked first, and the next ones where it is gone.
        errand: what it does.
        wait: waits for some seconds.
    """

    def __init__(self, doors: list[ServerDoor], errand: Errand, wait: Wait = asyncio.sleep) -> None:
        self._doors = cycle(doors)
        self._wait = wait
        self._wire = Wire(next(self._doors), errand.source)
        self._visit = Visit(errand)

    async def check_in(self) -> Visit:
        """Check in; never raises what a network may do."""
        visit = self._visit
        visit.begun = time.perf_counter()
        try:
            async with asyncio.timeout(GIVES_UP_SECONDS):
                opened = await self._open()
                if opened is not None:
                    visit.code = await self._send(*opened)
        except TimeoutError:
            visit.code = GAVE_UP
        finally:
            visit.seconds = time.perf_counter() - visit.begun
            await self._wire.close()
        return visit

    async def _open(self) -> tuple[ShownForm, str] | None:
        """The form of the page and its cookies; None where the page is refused for good."""
        visit = self._visit
        for tries in range(len(BACK_OFF) * 4):
            try:
                answer = await self._wire.ask("GET", f"/s/{visit.errand.address()}", PAGE_HEADERS)
            except LOST:
                visit.lost += 1
                await self._elsewhere(tries)
                continue
            if answer.status == OK and (form := shown_form(answer.body.decode())) is not None:
                visit.page = time.perf_counter() - visit.begun
                return form, answer.cookies
            visit.statuses.append(answer.status)
            if answer.status not in AGAIN:
                visit.code = f"{answer.status} for the page"
                visit.turned_away += 1
                return None
            if asks_again(answer):
                visit.waited_pages += 1
            else:
                visit.turned_away += 1
            await self._wait(answer.wait_seconds or pause(tries))
        visit.code = GAVE_UP
        return None

    async def _send(self, form: ShownForm, cookies: str) -> str:
        """The code of the verdict, which is waited for as the page's script does."""
        visit = self._visit
        filled = visit.errand.key.filled(form, visit.errand.picture)
        headers = f"{filled.headers}Cookie: {cookies}\r\n"
        tries = 0
        while True:
            try:
                answer = await self._wire.ask(
                    "POST", form.action, headers, filled.body, seconds=UNANSWERED_SECONDS
                )
                code = str(json.loads(answer.body)["code"])
            except (*LOST, ValueError, KeyError):
                visit.lost += 1
                await self._elsewhere(tries)
            else:
                if answer.status not in AGAIN or code == "engine_unavailable":
                    return code
                visit.statuses.append(answer.status)
                visit.retried += 1
                asked = answer.wait_seconds
                await self._wait(asked if asked >= COUNTED_SECONDS else max(asked, pause(tries)))
            tries += 1

    async def _elsewhere(self, tries: int) -> None:
        """Wait, and ask the next server."""
        await self._wire.close()
        await self._wait(pause(tries))
        self._wire.door = next(self._doors)


def pause(tries: int) -> float:
    """Seconds that the page waits after a number of tries; a little different each time."""
    return BACK_OFF[min(tries, len(BACK_OFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


def asks_again(answer: RawAnswer) -> bool:
    """Whether a page that is not the wanted one asks for itself again, so that nobody has to."""
    return bool(answer.header("refresh")) or b'http-equiv="refresh"' in answer.body.lower()
