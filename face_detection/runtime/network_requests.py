"""The requests that run a compiled network, and how many are at work in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Company:
    """Counts the runs of networks that this process has in hand."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """Count one during the block; yields whether there are others."""
        with self._lock:
            has_company = self._count > 0
            self._count += 1
        try:
            yield has_company
        finally:
            with self._lock:
                self._count -= 1


class NetworkRequests:
    """One compiled form of a network, and the requests that run it; thread-safe.

    Args:
        compiled: OpenVINO's object.
        at_once: how many run at the same time; each has memory of its own, up to 15 MB.
    """

    def __init__(self, compiled: Any, at_once: int) -> None:
        self.compiled = compiled
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._calls = BoundedSemaphore(at_once)

    def run(self, inputs: tuple[NDArray[Any], ...]) -> tuple[NDArray[np.float32], ...]:
        """The outputs, owned by the caller; see ``Network``."""
        with self._calls:
            try:
                request = self._idle.get_nowait()
            except Empty:
                request = self.compiled.create_infer_request()
            try:
                results = request.infer(list(inputs), share_inputs=True, share_outputs=False)
                return tuple(results.values())
            finally:
                self._idle.put(request)
