"""Hands marks on in a thread of its own, those that wait together at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock

from attendance.values import Mark

GATHER_SECONDS = 0.1
"""How long the first mark waits for others: eight at once take a third of the time of each alone."""

_log = logging.getLogger(__name__)


class MarkQueue:
    """Marks that wait to be written to a file, so that no check-in waits for the disk a second time.

    Of a class that comes at once, many marks are handed on together. Whatever fails is logged.

    Args:
        write: takes marks of one session.
    """

    def __init__(self, write: Callable[[Sequence[Mark]], None]) -> None:
        self._write = write
        self._waiting: dict[str, list[Mark]] = {}  # by session
        self._lock = Lock()
        self._is_wanted = Event()  # somebody waits for what is in the queue
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="daily-list")

    def note(self, marks: Sequence[Mark]) -> None:
        """Hand marks on soon; returns at once.

        Args:
            marks: of one session.
        """
        with self._lock:
            is_first = not self._waiting
            self._waiting.setdefault(marks[0].session_id, []).extend(marks)
        if is_first:
            try:
                self._thread.submit(self._gather)
            except RuntimeError:  # closed, or the program ends
                self._hand_on()

    def wait(self) -> None:
        """Wait until everything that was noted so far is handed on."""
        self._is_wanted.set()
        try:
            wait([self._thread.submit(self._hand_on)])
        except RuntimeError:  # closed: nothing waits
            return

    def close(self) -> None:
        """Hand on what waits, and end the thread."""
        self._is_wanted.set()
        self._thread.shutdown()

    def _gather(self) -> None:
        self._is_wanted.wait(GATHER_SECONDS)
        self._hand_on()

    def _hand_on(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        self._is_wanted.clear()
        for marks in waiting.values():
            try:
                self._write(marks)
            except Exception:  # noqa: BLE001 - the marks are in the register, and the thread goes on
                _log.exception("Marks could not be written to the daily list")
