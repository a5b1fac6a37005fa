"""Lets a few threads at once do what needs much memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from face_detection.errors import BusyError


class Turns:
    """Lets a few in at once; the others wait, but not for ever.

    Args:
        at_once: how many are let in.
        wait_seconds: how long one more waits before it is told to come back.
    """

    def __init__(self, at_once: int, wait_seconds: float) -> None:
        self._places = BoundedSemaphore(at_once)
        self._at_once = at_once
        self._wait_seconds = wait_seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place and keep it for the block.

        Raises:
            BusyError: no place became free in time.
        """
        if not self._places.acquire(timeout=self._wait_seconds):
            raise BusyError(
                f"{self._at_once} photos are being decoded and none was done within "
                f"{self._wait_seconds:g} s. Try again."
            )
        try:
            yield
        finally:
            self._places.release()
