"""Shows the progress of the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressBars:
    """A bar for each stage of the work at a terminal; elsewhere a line for each, or nothing.

    It can be called as ``face_detection.runtime.progress.Progress``.

    Args:
        stream: gives the stream of the moment.
        announce: prints a line where the stream is not a terminal; None prints nothing there.
    """

    def __init__(self, stream: Callable[[], IO[str]], announce: Callable[[str], None] | None) -> None:
        self._stream = stream
        self._announce = announce
        self._announced: set[str] = set()
        self._closed = False
        self._drawn: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; a ``total`` of 0 is not known yet."""
        if self._stream().isatty():
            self._draw(stage, done, total)
        elif self._announce is not None and stage not in self._announced:
            self._announced.add(stage)
            self._announce(f"{stage} …")

    def clear(self) -> None:
        """Take the bars away, so that something else can be printed."""
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None
            self._tasks.clear()

    def close(self) -> None:
        """Take the bars away for good."""
        self.clear()
        self._closed = True

    def _draw(self, stage: str, done: int, total: int) -> None:
        if self._closed:
            return
        if self._drawn is None:
            from attendance.console.rich_output import started_bars  # noqa: PLC0415 - 0.1 s, for terminals only

            self._drawn = started_bars(self._stream())
        if stage not in self._tasks:
            self._tasks[stage] = self._drawn.add_task(stage, total=None)
        self._drawn.update(self._tasks[stage], completed=done, total=total or None)
