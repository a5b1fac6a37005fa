"""Limits how many threads decode photos at once, because each needs much memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from face_detection.errors import BusyError


class DecodeSlots:
    """A semaphore with a time limit for waiting, and a limit for those who wait.

    A thread that holds a slot needs no second one.

    Args:
        count: the number of slots.
        wait_seconds: how long to wait for a slot before `BusyError` is raised.
        most_waiting: how many threads wait; more are refused at once. None means any number.
    """

    def __init__(self, count: int, wait_seconds: float, *, most_waiting: int | None = None) -> None:
        self._slots = BoundedSemaphore(count)
        self._count = count
        self._wait_seconds = wait_seconds
        self._most_waiting = most_waiting
        self._lock = Lock()
        self._waiting = 0
        self._held = threading.local()

    @contextmanager
    def slot(self, *, patience: float | None = None) -> Iterator[None]:
        """Hold a slot for the duration of the block.

        Args:
            patience: seconds that a thread waits which nobody waits for, however many others do.

        Raises:
            BusyError: no slot became free in time, or too many threads wait for one.
        """
        if getattr(self._held, "here", False):
            yield
            return
        if patience is None:
            self._acquire()
        else:
            self._wait(patience)
        self._held.here = True
        try:
            yield
        finally:
            self._held.here = False
            self._slots.release()

    def _acquire(self) -> None:
        if self._slots.acquire(blocking=False):
            return
        with self._lock:
            if self._most_waiting is not None and self._waiting >= self._most_waiting:
                raise BusyError(
                    f"{self._count} photos are being decoded, and {self._waiting} wait already. Try again."
                )
            self._waiting += 1
        try:
            self._wait(self._wait_seconds)
        finally:
            with self._lock:
                self._waiting -= 1

    def _wait(self, seconds: float) -> None:
        if not self._slots.acquire(timeout=seconds):
            raise BusyError(
                f"{self._count} photos are being decoded, and none finished within {seconds:g} s. Try again."
            )
