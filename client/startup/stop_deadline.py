"""Ends the process if it doesn't stop in time, whatever its threads are doing."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from types import FrameType

from attendance.console.unblocked_output import drain_output

SECONDS = 14.0
"""From the signal to the hard end. Running responses have 10 s, and every stop ends within 15 s."""
_log = logging.getLogger(__name__)


class StopDeadline:
    """Waits in a thread until stopping began and some seconds longer, and then ends the process at once.

    Nothing that was acknowledged is lost: a commit is on the disk before its response, and files are replaced
    whole. Without it a thread that never ends, such as one in a decoder, would keep the process forever.

    Attributes:
        status: the exit status of a hard end.

    Args:
        seconds: from the beginning to the hard end.
        end: ends the process.
    """

    def __init__(self, seconds: float = SECONDS, end: Callable[[int], object] = os._exit) -> None:
        self.status = 0
        self._seconds = seconds
        self._end = end
        self._waiting = threading.Lock()
        self._waiting.acquire()
        # Now, because it may be a lack of memory that stops the program, and then no thread could be started.
        threading.Thread(target=self._wait, name="stop-deadline", daemon=True).start()

    def begin(self) -> None:
        """Let the time run; again has no effect."""
        with contextlib.suppress(RuntimeError):  # it runs already; a signal may interrupt this at any point
            self._waiting.release()

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """A signal's handler: let the time run, and interrupt the main thread.

        Raises:
            KeyboardInterrupt: always.
        """
        del number, frame
        self.begin()
        raise KeyboardInterrupt

    def _wait(self) -> None:
        self._waiting.acquire()
        time.sleep(self._seconds)
        try:
            others = [each.name for each in threading.enumerate() if each is not threading.current_thread()]
            _log.warning("Stopped without waiting any longer for: %s", ", ".join(others))
            drain_output()
        finally:
            self._end(self.status)
