"""The server's timer, which runs due work in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from attendance.errors import AttendanceError

SECONDS = 30.0  # between runs; not critical, because requests also do what is due
STOP_SECONDS = 5.0  # to wait for a run in progress when the server stops
_log = logging.getLogger(__name__)


class Ticker:
    """Runs work periodically in a thread while its context is active.

    Args:
        work: the work. Whatever fails is logged, once until it succeeds again, and does not end the thread.
        seconds: pause between runs.
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
            self.tick()

    def tick(self) -> None:
        """Do the work now."""
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - no session would close, and no backup be made, until a restart
            if not self._failing:
                unexpected = None if isinstance(error, AttendanceError) else error
                _log.warning("Due work failed and will be retried: %s", error, exc_info=unexpected)
            self._failing = True
        else:
            self._failing = False
