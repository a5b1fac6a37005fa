"""A worker's line to its supervisor: what the supervisor last said, requests, and their answers."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import threading
from collections.abc import Callable

from client.startup.workers.messages import (
    LineReader,
    Message,
    StateHeard,
    SupervisorAnswer,
    TunnelState,
    Wish,
    WorkerRequest,
    WorkerServes,
    from_line,
    to_line,
)

_log = logging.getLogger(__name__)


class SupervisorLink:
    """The line to the supervisor; thread-safe.

    Args:
        lines: what the supervisor writes, after the orders.
        report: the file descriptor that it reads.
        state: the tunnel, by the orders.

    Attributes:
        state: the tunnel, as the supervisor last said.
    """

    def __init__(self, lines: LineReader, report: int, state: TunnelState) -> None:
        self.state = state
        self._lines = lines
        self._report = report
        self._lock = threading.Lock()  # held while a line is written, so that lines stay whole
        self._waiting: dict[str, queue.SimpleQueue[SupervisorAnswer | None]] = {}

    def listen(self, at_end: Callable[[], object]) -> None:
        """Listen in the background, and call ``at_end`` once the supervisor is gone, however it ended."""

        def hear() -> None:
            while (line := self._lines.next()) is not None:
                self._hear(line)
            for answer in list(self._waiting.values()):
                answer.put(None)
            at_end()

        threading.Thread(target=hear, name="supervisor", daemon=True).start()

    def report_serving(self) -> None:
        """Report that this worker answers requests."""
        self._tell(WorkerServes())

    def request(self, wish: Wish, *about: str, seconds: float) -> SupervisorAnswer | None:
        """Ask the supervisor for something; None without an answer in time."""
        request = WorkerRequest(secrets.token_urlsafe(8), wish, about)
        answer = self._waiting[request.id] = queue.SimpleQueue()
        try:
            self._tell(request)
            return answer.get(timeout=seconds)
        except queue.Empty:
            return None
        finally:
            del self._waiting[request.id]

    def _hear(self, line: bytes) -> None:
        try:
            message = from_line(line)
        except ValueError as error:
            _log.warning("What the supervisor said is not understood: %s", error)
            return
        if isinstance(message, TunnelState):
            if message.number > self.state.number:  # the orders may have brought a later one
                self.state = message
            self._tell(StateHeard(self.state.number))
        elif isinstance(message, SupervisorAnswer) and (answer := self._waiting.get(message.id)) is not None:
            answer.put(message)

    def _tell(self, message: Message) -> None:
        line = to_line(message)
        with self._lock, contextlib.suppress(BrokenPipeError):  # the supervisor is gone, and so will be this
            while line:
                line = line[os.write(self._report, line) :]
