"""Wakes the supervisor's loop when a signal comes or another thread has something for it."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Self


class Wakeup:
    """Wakes a selector when a signal comes, while it is active.

    Args:
        note: the handler of SIGINT and SIGTERM.

    Attributes:
        descriptor: becomes readable with each signal and each ``wake``.
    """

    def __init__(self, note: Callable[[int, FrameType | None], None]) -> None:
        self._note = note
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self.descriptor = self._read.fileno()

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._note) for each in (signal.SIGINT, signal.SIGTERM)}
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def wake(self) -> None:
        """Wake the selector, from any thread."""
        with contextlib.suppress(OSError):  # it is full, so it wakes anyway; or nobody waits any more
            self._write.send(b"\0")

    def read(self) -> None:
        """Take away what made it readable."""
        self._read.recv(4096)
