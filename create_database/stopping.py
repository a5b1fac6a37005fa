"""Lets Ctrl-C wait until the student at hand is written in whole."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self


class StopWish:
    """While entered, the first Ctrl-C is only noted and the second stops at once.

    Attributes:
        felt: whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.felt = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._feel)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _feel(self, _number: int, _frame: FrameType | None) -> None:
        if self.felt:
            raise KeyboardInterrupt
        self.felt = True
