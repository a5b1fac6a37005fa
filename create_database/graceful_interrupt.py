"""Lets Ctrl-C wait until the student at hand is written in whole."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self


class StopWish:
    """While entered, the first Ctrl-C is only noted and the second stops at once.

    Args:
        signals: which signals count as Ctrl-C.

    Attributes:
        felt: whether Ctrl-C was pressed.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self.felt = False
        self._signals = signals or (signal.SIGINT,)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._feel) for number in self._signals}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _feel(self, _number: int, _frame: FrameType | None) -> None:
        if self.felt:
            raise KeyboardInterrupt
        self.felt = True
