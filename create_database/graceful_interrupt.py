"""Defers Ctrl-C until the current piece of work is complete."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self


class GracefulInterrupt:
    """A context in which the first Ctrl-C is only recorded; the second one interrupts immediately.

    Args:
        signals: the signals to handle, by default SIGINT.

    Attributes:
        requested: whether a signal has arrived.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self.requested = False
        self._signals = signals or (signal.SIGINT,)

    def __enter__(self) -> Self:
        self._previous = {number: signal.signal(number, self._handle) for number in self._signals}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
