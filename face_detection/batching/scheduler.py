"""Joins what several threads want computed at the same time into one run of a network."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import BusyError

Rows = NDArray[np.float32]
Run = Callable[[NDArray[np.uint8]], Rows]
"""Computes ``(N, D)`` rows from ``(N, ...)`` items, in their order."""

STOPPING = "The program is stopping. Send the photo again in a moment."


class _Call:
    """What one thread wants computed.

    Attributes:
        items: ``(N, ...)``.
        rows: the result, or None until it is there.
        error: what the run raised for it.
        turn: is set when there is a result, or when its thread has to run the next batch.
    """

    def __init__(self, items: NDArray[np.uint8]) -> None:
        self.items = items
        self.rows: Rows | None = None
        self.error: Exception | None = None
        self.turn = threading.Event()

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.rows is not None or self.error is not None


class InferenceScheduler:
    """Runs a network for one thread after another, each time for all that wait; thread-safe.

    It has no thread of its own, so nothing has to be ended when the program stops. A thread that finds nobody
    at work runs its items at once. Those that come meanwhile wait, and the first of them runs a batch for as
    many as fit, while the next ones gather. So batches are as large as the load makes them, and nobody waits
    for company that may not come. Only if the batch before was a shared one, and less than a full one waits
    now, the next one is held open for ``wait_seconds``, because the threads that have just got their results
    are likely to come again.

    It is first come, first served, in whole calls: a call of many items, such as a burst's, takes one place
    in a batch like everybody else's, is never divided, and delays others by one run at most. If a batch
    fails, its calls are run one by one, so that a bad one fails alone.

    Args:
        run: runs the network.
        most: the most items of a batch of several calls; a single call may have more.
        wait_seconds: how long a batch is held open at most; 0 means never.
        queue: how many calls wait; more are refused.
    """

    def __init__(self, run: Run, most: int, wait_seconds: float, queue: int) -> None:
        self._run = run
        self._most = most
        self._wait_seconds = wait_seconds
        self._queue = queue
        self._lock = threading.Lock()
        self._waiting: deque[_Call] = deque()
        self._arrived = threading.Condition(self._lock)
        self._is_running = False
        self._was_shared = False

    def __call__(self, items: NDArray[np.uint8]) -> Rows:
        """Compute the rows of some items, in their order.

        Args:
            items: ``(N, ...)``, at least one; all calls have items of the same shape.

        Raises:
            BusyError: too many calls wait, or the program is being stopped.
            Exception: whatever the network raises for these items.
        """
        call = _Call(items)
        with self._lock:
            if not self._is_running:
                self._is_running = True
                call.turn.set()
            elif len(self._waiting) >= self._queue:
                raise BusyError(f"{len(self._waiting)} faces wait for the network already. Try again.")
            self._waiting.append(call)
            self._arrived.notify()
        try:
            call.turn.wait()
        except BaseException:  # Ctrl-C
            self._leave(call)
            raise
        if not call.is_done:
            self._lead()
        if call.error is not None:
            raise call.error
        assert call.rows is not None
        return call.rows

    @property
    def waiting(self) -> int:
        """How many calls wait for a run."""
        with self._lock:
            return len(self._waiting)

    def _lead(self) -> None:
        """Run one batch, and hand on to the first of those that wait then."""
        batch = self._gathered()
        try:
            self._compute(batch)
        finally:
            with self._lock:
                self._was_shared = len(batch) > 1
                self._hand_on()
            for call in batch:
                if not call.is_done:  # Ctrl-C has ended this thread's run
                    call.error = BusyError(STOPPING)
                call.turn.set()

    def _leave(self, call: _Call) -> None:
        """Forget a call whose thread doesn't wait any more."""
        with self._lock:
            if call in self._waiting:
                is_next = self._waiting[0] is call and call.turn.is_set()
                self._waiting.remove(call)
                if is_next:
                    self._hand_on()

    def _hand_on(self) -> None:
        """Have the first thread that waits run the next batch; the caller has the lock."""
        self._is_running = bool(self._waiting)
        if self._waiting:
            self._waiting[0].turn.set()

    def _gathered(self) -> list[_Call]:
        """The calls of the next batch, the first ones that wait."""
        with self._lock:
            if self._was_shared and self._wait_seconds and not self._is_full():
                self._arrived.wait_for(self._is_full, self._wait_seconds)
            batch = [self._waiting.popleft()]
            count = len(batch[0].items)
            while self._waiting and count + len(self._waiting[0].items) <= self._most:
                batch.append(self._waiting.popleft())
                count += len(batch[-1].items)
            return batch

    def _is_full(self) -> bool:
        return sum(len(call.items) for call in self._waiting) >= self._most

    def _compute(self, batch: list[_Call]) -> None:
        """Give each call its rows, or its error."""
        if len(batch) > 1:
            try:
                rows = self._run(np.concatenate([call.items for call in batch]))
            except Exception:  # noqa: BLE001 - then one by one, so that it fails only where it belongs
                rows = None
            if rows is not None:
                ends = np.cumsum([len(call.items) for call in batch])[:-1]
                for call, own in zip(batch, np.split(rows, ends), strict=True):
                    call.rows = own
                return
        for call in batch:
            try:
                call.rows = self._run(call.items)
            except Exception as error:  # noqa: BLE001 - its own thread raises it
                call.error = error
