"""Asks for numbers that grow with each change, each of them once for all streams that wait for it.

Where the database tells of changes, a number is asked for when there is news, and now and then; elsewhere
from time to time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from attendance.errors import AttendanceError
from attendance.store.protocols.following import Following, NobodyTells, Told

Follow = Callable[[Told], Following]
"""The store's method of this name."""
TOLD_SECONDS = 10.0
"""Between questions where the database reports changes; a writer that died leaves some unreported."""

EVERYTHING = ""  # the key of a number of all changes
_log = logging.getLogger(__name__)


@dataclass
class Polled:
    """A number, as it was when it was asked for last.

    Attributes:
        number: grows with each change.
        listeners: how many streams wait for it; without any, it is not asked for.
        changed: set at the next change, and then replaced.
        news: set when the number may have grown.
    """

    number: int
    listeners: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> bool:
        """Whether the number changed within these seconds."""
        try:  # not wait_for, which can lose a cancellation that comes with the change
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            return False
        return True


class Polls:
    """All numbers of one kind. Use it from one event loop.

    Args:
        number: returns the number of a key; it may block.
        seconds: time between questions.
        name: of the thread that asks.
        follow: how the database tells of changes; None means not at all.
    """

    def __init__(
        self, number: Callable[[str], int], seconds: float, name: str, follow: Follow | None = None
    ) -> None:
        self._number = number
        self._seconds = seconds
        self._polled: dict[str, Polled] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._follow = follow
        self._following: Following | None = None  # since the first stream
        self.stopped = asyncio.Event()

    def stop(self) -> None:
        """Wake all that wait, because the server stops."""
        self.stopped.set()
        for polled in self._polled.values():
            polled.changed.set()
            polled.news.set()
        if self._following is not None:
            self._pool.submit(self._following.stop)  # which may take a moment

    @contextmanager
    def listening(self, key: str, number: int) -> Iterator[Polled]:
        """The number of a key, which is asked for during the block.

        Args:
            key: of the number.
            number: what it was last, as far as the listener knows.
        """
        if self._following is None:
            self._following = self._followed()
        polled = self._polled.get(key)
        if polled is None:
            polled = self._polled[key] = Polled(number)
            asyncio.ensure_future(self._poll(key, polled)).add_done_callback(_note_failure)
        polled.listeners += 1
        try:
            yield polled
        finally:
            polled.listeners -= 1

    def _followed(self) -> Following:
        if self._follow is None:
            return NobodyTells()
        loop = asyncio.get_running_loop()

        def told(key: str | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed before the following was stopped
                loop.call_soon_threadsafe(self._note_news, key)

        return self._follow(told)

    def _note_news(self, key: str | None) -> None:
        for each, polled in self._polled.items():
            if key in (None, each) or each == EVERYTHING:
                polled.news.set()

    async def _poll(self, key: str, polled: Polled) -> None:
        loop = asyncio.get_running_loop()
        try:
            while polled.listeners and not self.stopped.is_set():
                await self._until_due(polled)
                try:
                    number = await loop.run_in_executor(self._pool, self._number, key)
                except AttendanceError as error:
                    _log.warning("Streams of events can't be updated now: %s", error)
                    continue
                if number != polled.number:
                    polled.number = number
                    changed, polled.changed = polled.changed, asyncio.Event()
                    changed.set()
        finally:
            self._polled.pop(key, None)

    async def _until_due(self, polled: Polled) -> None:
        """Wait until a number has to be asked for: at once with news, but no more often than without them."""
        assert self._following is not None
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._seconds)  # since it was asked for last
        latest = loop.time() + TOLD_SECONDS
        while self._following.is_told and not polled.news.is_set() and loop.time() < latest:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await polled.news.wait()
        polled.news.clear()


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("Updating streams of events failed.", exc_info=task.exception())
