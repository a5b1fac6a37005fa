"""Limits how many threads decode photos at once, because each needs much memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from face_detection.errors import BusyError


class DecodeSlots:
    """A semaphore with a time limit for waiting.

    Args:
        count: the number of slots.
        wait_seconds: how long to wait for a slot before `BusyError` is raised.
    """

    def __init__(self, count: int, wait_seconds: float) -> None:
        self._slots = BoundedSemaphore(count)
        self._count = count
        self._wait_seconds = wait_seconds

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot for the duration of the block.

        Raises:
            BusyError: no slot became free in time.
        """
        if not self._slots.acquire(timeout=self._wait_seconds):
            raise BusyError(
                f"{self._count} photos are being decoded, and none finished within {self._wait_seconds:g} s. "
                "Try again."
            )
        try:
            yield
        finally:
            self._slots.release()
