"""The server's own timer: what is due gets done while nobody looks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from attendance.errors import AttendanceError

SECONDS = 30.0  # between two ticks; nothing depends on it, since every use does what is due by itself
STOP_SECONDS = 5.0  # for a tick that is at work when the server stops
_log = logging.getLogger(__name__)


class Ticker:
    """Does a piece of work again and again in a thread of its own; a context manager that ends it.

    Args:
        work: what to do; an error of the register is logged, once until it goes well again.
        seconds: from the end of one time to the next.
    """

    def __init__(self, work: Callable[[], None], *, seconds: float = SECONDS) -> None:
        self._work = work
        self._seconds = seconds
        self._stop = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._work()
            except AttendanceError as error:
                if not self._failing:
                    _log.warning("What is due can't be done now, and is tried again: %s", error)
                self._failing = True
            else:
                self._failing = False
