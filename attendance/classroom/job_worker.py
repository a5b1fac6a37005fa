"""A background thread for the job queue, started when there is work for the first time."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Event, Lock, Thread

RETRY_SECONDS = 5.0
CLOSING_SECONDS = 30.0  # the longest step between two checks whether to stop: finding one photo's faces
_log = logging.getLogger(__name__)


class Worker:
    """Runs work in its own thread whenever it is woken; thread-safe.

    Args:
        work_off: does all there is, and looks now and then at whether it shall stop. Returns whether
            something is left that has to be tried again.
        retry_seconds: after what time.
    """

    def __init__(self, work_off: Callable[[Event], bool], *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._work_off = work_off
        self._retry_seconds = retry_seconds
        self._lock = Lock()
        self._thread: Thread | None = None
        self._restart()

    def wake(self) -> None:
        """Wake the worker; does nothing once it is closed."""
        with self._lock:
            if self._process != os.getpid():  # a fork copies everything but the thread
                self._restart()
            if self._stop.is_set():
                return
            self._woken.set()
            if self._thread is None:
                self._thread = Thread(
                    target=self._run, args=(self._stop, self._woken), name="classroom", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Stop at the work's next check, and wait for it; idempotent."""
        with self._lock:
            self._stop.set()
            self._woken.set()
            thread = self._thread if self._process == os.getpid() else None
        if thread is not None:
            thread.join(CLOSING_SECONDS)

    def _restart(self) -> None:
        self._process = os.getpid()
        self._stop = Event()
        self._woken = Event()
        self._thread = None

    def _run(self, stop: Event, woken: Event) -> None:
        pause: float | None = None
        while True:
            woken.wait(pause)
            woken.clear()
            if stop.is_set():
                return
            try:
                is_left = self._work_off(stop)
            except Exception:  # noqa: BLE001 - whatever it is, the next photos must not wait for a restart
                _log.exception("Reading classroom photos failed; it is retried.")
                is_left = True
            pause = self._retry_seconds if is_left else None
