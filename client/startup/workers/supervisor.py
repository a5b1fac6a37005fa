"""Starts several worker processes on one port, replaces those that end, and stops all with one signal."""

from __future__ import annotations

import logging
import selectors
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

from client.startup.stop_deadline import SECONDS
from client.startup.workers.messages import TunnelState
from client.startup.workers.tunnel_keeper import TunnelKeeper
from client.startup.workers.wakeup import Wakeup
from client.startup.workers.worker_process import WorkerProcess

STOP_SECONDS = SECONDS + 0.5
"""From the signal until a worker is killed; each ends itself half a second earlier."""
PAUSES = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Before a worker that ended is replaced: at once, and longer for each that ended soon after its start."""
STEADY_SECONDS = 60.0
"""A worker that ran for so long did not end because of how it was started."""
UNREAD_SECONDS = 0.2
"""Between tries to write to a worker whose pipe is full, because it has not read for long."""
_log = logging.getLogger(__name__)

StartWorker = Callable[[int, bool, TunnelState], WorkerProcess]
"""Starts the worker with a number, given whether it is its first start, and the tunnel for its orders."""


class Supervisor:
    """Keeps workers running until a signal comes.

    The first worker starts alone: it migrates the register, chooses the engine and prints the welcome. The
    others follow once it serves. If it ends before that, so does the program, with its status.

    Args:
        start: starts a worker.
        count: how many.
        on_serving: called once, when all of them serve.
        listeners: the sockets they share, which are closed when they stop.
        tunnel: opens and closes the tunnel for them.
    """

    def __init__(
        self,
        start: StartWorker,
        count: int,
        *,
        on_serving: Callable[[], None],
        listeners: list[socket.socket],
        tunnel: TunnelKeeper,
    ) -> None:
        self._start = start
        self._count = count
        self._on_serving = on_serving
        self._listeners = listeners
        self._tunnel = tunnel
        self._running: dict[int, WorkerProcess] = {}
        self._began: dict[int, float] = {}
        self._failures = [0] * count
        self._due: dict[int, float] = {}  # when a worker that ended is replaced
        self._signals: list[signal.Signals] = []
        self._stopping_since: float | None = None
        self._all_served = False

    def run(self) -> int:
        """Run until all workers have ended; the exit status."""
        with selectors.DefaultSelector() as selector, Wakeup(self._note) as wakeup:
            self._tunnel.wake = wakeup.wake
            try:
                return self._supervise(selector, wakeup)
            finally:
                self._tunnel.close()

    def _supervise(self, selector: selectors.BaseSelector, wakeup: Wakeup) -> int:
        selector.register(wakeup.descriptor, selectors.EVENT_READ)
        self._begin(0, selector, is_first=True)
        while self._running or (self._due and self._stopping_since is None):
            for key, _ in selector.select(self._patience()):
                if key.fd == wakeup.descriptor:
                    wakeup.read()
                elif (status := self._look(int(key.data), selector)) is not None:
                    return status
            self._obey()
            self._replace(selector)
            self._deliver()
            self._kill_late()
        return 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._signals.append(signal.Signals(number))

    def _begin(self, number: int, selector: selectors.BaseSelector, *, is_first: bool) -> None:
        tunnel = self._tunnel.join(number)  # before it starts: the tunnel opens once it has heard of that
        try:
            worker = self._start(number, is_first, tunnel)
        except BaseException:
            self._tunnel.leave(number)
            raise
        self._running[number], self._began[number] = worker, time.monotonic()
        selector.register(worker.report, selectors.EVENT_READ, number)

    def _look(self, number: int, selector: selectors.BaseSelector) -> int | None:
        """Handle what a worker reports, or its end; the exit status, if the program ends because of it."""
        worker = self._running[number]
        messages = worker.read()
        if messages is not None:
            for message in messages:
                self._tunnel.take(number, message)
            self._go_on(selector)
            return None
        selector.unregister(worker.report)
        worker.close()
        del self._running[number]
        self._tunnel.leave(number)
        if self._stopping_since is not None:
            return None
        if number == 0 and not worker.serves and not self._all_served and len(self._began) == 1:
            return max(worker.status, 1) if worker.status else 0
        self._plan(number, _cause(worker.status))
        return None

    def _go_on(self, selector: selectors.BaseSelector) -> None:
        """Start the other workers once the first serves, and report once all do."""
        first_serves = 0 in self._running and self._running[0].serves
        if first_serves and len(self._began) < self._count and self._stopping_since is None:
            for number in range(1, self._count):
                self._begin(number, selector, is_first=True)
        all_serve = len(self._running) == self._count and all(each.serves for each in self._running.values())
        if all_serve and not self._all_served:
            self._all_served = True
            self._on_serving()

    def _plan(self, number: int, cause: str) -> None:
        """Replace a worker that has ended, or could not be started, after a pause."""
        now = time.monotonic()
        was_steady = now - self._began[number] >= STEADY_SECONDS
        self._failures[number] = 0 if was_steady else self._failures[number]
        pause = PAUSES[min(self._failures[number], len(PAUSES) - 1)]
        self._failures[number] += 1
        self._due[number] = now + pause
        _log.warning(
            "Server process %s of %s ended (%s). Another one starts %s.",
            *(number + 1, self._count, cause),
            f"in {pause:.0f} s" if pause else "now",
        )

    def _replace(self, selector: selectors.BaseSelector) -> None:
        if self._stopping_since is not None:
            self._due.clear()
        for number in [each for each, due in self._due.items() if due <= time.monotonic()]:
            del self._due[number]
            try:
                self._begin(number, selector, is_first=False)
            except OSError as error:  # too little memory or too many processes now; the others go on serving
                self._plan(number, error.strerror or str(error))

    def _deliver(self) -> None:
        """Pass on what the tunnel's threads have for the workers and for the terminal."""
        for number, message in self._tunnel.mail():
            for each, worker in self._running.items():
                if number in (None, each):
                    worker.outbox.put(message)
        for worker in self._running.values():
            worker.outbox.flush()
        if self._stopping_since is None:  # Ctrl-C ends the agent, too, which is no news
            self._tunnel.print_notices()

    def _obey(self) -> None:
        """Pass signals on: the first one stops the workers, each further one at once."""
        for _ in range(len(self._signals)):
            self._signals.pop(0)
            is_again = self._stopping_since is not None
            if not is_again:
                self._stopping_since = time.monotonic()
                for listener in self._listeners:
                    listener.close()
            for worker in self._running.values():
                worker.stop(signal.SIGKILL if is_again else signal.SIGTERM)

    def _kill_late(self) -> None:
        since = self._stopping_since
        if since is not None and self._running and time.monotonic() - since > STOP_SECONDS:
            for worker in self._running.values():
                worker.stop(signal.SIGKILL)

    def _patience(self) -> float | None:
        """Seconds until something is due; None: until something happens."""
        if self._stopping_since is not None:
            return max(self._stopping_since + STOP_SECONDS - time.monotonic(), 0.1)
        waits = [due - time.monotonic() for due in self._due.values()]
        waits += [UNREAD_SECONDS for each in self._running.values() if not each.outbox.is_empty]
        return max(min(waits), 0.0) if waits else None


def _cause(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
