"""Progress bars for a person at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """A bar for each piece of work, in a terminal; nothing where nobody looks.

    It can be called as ``face_detection.runtime.progress.Progress``.
    """

    def __init__(self) -> None:
        self._drawn: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Draw how far a stage is; a ``total`` of 0 is not known yet."""
        if not sys.stderr.isatty():
            return
        if self._drawn is None:
            self._drawn = _start()
        if stage not in self._tasks:
            self._tasks[stage] = self._drawn.add_task(stage, total=None)
        self._drawn.update(self._tasks[stage], completed=done, total=total or None)

    def clear(self) -> None:
        """Take the bars away, so that something else can be printed."""
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None
            self._tasks.clear()


def _start() -> Progress:
    """Bars on the error output, which vanish when they are stopped."""
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second that only terminals need
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    drawn = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    drawn.start()
    return drawn
