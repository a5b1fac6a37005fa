"""Asks for numbers that grow with each change, each of them once for all streams that wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from attendance.errors import AttendanceError

_log = logging.getLogger(__name__)


@dataclass
class Polled:
    """A number, as it was when it was asked for last.

    Attributes:
        number: grows with each change.
        listeners: how many streams wait for it; without any, it is not asked for.
        changed: set at the next change, and then replaced.
    """

    number: int
    listeners: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

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
    """

    def __init__(self, number: Callable[[str], int], seconds: float, name: str) -> None:
        self._number = number
        self._seconds = seconds
        self._polled: dict[str, Polled] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self.stopped = asyncio.Event()

    def stop(self) -> None:
        """Wake all that wait, because the server stops."""
        self.stopped.set()
        for polled in self._polled.values():
            polled.changed.set()

    @contextmanager
    def listening(self, key: str, number: int) -> Iterator[Polled]:
        """The number of a key, which is asked for during the block.

        Args:
            key: of the number.
            number: what it was last, as far as the listener knows.
        """
        polled = self._polled.get(key)
        if polled is None:
            polled = self._polled[key] = Polled(number)
            asyncio.ensure_future(self._poll(key, polled)).add_done_callback(_note_failure)
        polled.listeners += 1
        try:
            yield polled
        finally:
            polled.listeners -= 1

    async def _poll(self, key: str, polled: Polled) -> None:
        loop = asyncio.get_running_loop()
        try:
            while polled.listeners and not self.stopped.is_set():
                await asyncio.sleep(self._seconds)
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


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("Updating streams of events failed.", exc_info=task.exception())
