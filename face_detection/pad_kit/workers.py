"""Spreads the kit's work over processes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import cv2


@contextmanager
def workers(jobs: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """A ``map`` whose calls are spread over processes, with results in order.

    Args:
        jobs: how many processes; with one, everything happens here.
    """
    if jobs == 1:
        yield map
        return
    with get_context("spawn").Pool(jobs, one_of_several) as pool:
        yield pool.imap


def one_of_several() -> None:
    """Prepare a process that works beside others: threads of OpenCV would only wait for their cores."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the workers too; their parent ends them
