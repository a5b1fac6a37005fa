"""What the person at the keyboard sees: sentences, addresses, a progress bar, the code to scan."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
import segno

from face_detection.runtime.progress import Progress

WIDEST = 100  # columns; longer lines are hard to read
NARROWEST = 40
LABEL_COLUMNS = 18
QUIET_ZONE = 2  # modules; phones are content with it, though ISO/IEC 18004 asks for 4
# Black on white, whatever the terminal's own colours: numbers of the 256-colour palette.
BLACK_ON_WHITE, PLAIN_AGAIN = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


class Screen:
    """Prints to a terminal or into a log; any thread may use it.

    Args:
        out: where to; None means the standard output of the moment.
    """

    def __init__(self, out: IO[str] | None = None) -> None:
        self._out = out

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks at it as it happens."""
        return bool((self._out or sys.stdout).isatty())

    @property
    def columns(self) -> int:
        """How wide it is."""
        return max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))

    def say(self, sentence: str = "") -> None:
        """Print a sentence, broken at the edge; addresses stay whole."""
        self._print(self._wrapped(sentence, "") or [""])

    def problem(self, sentence: str) -> None:
        """Print what went wrong."""
        lines = [line for part in sentence.splitlines() for line in self._wrapped(part, "")]
        self._print(click.style(line, fg="red") for line in lines)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print a line for each: what it is, and the value."""
        indent = " " * LABEL_COLUMNS
        lines: list[str] = []
        for label, value in pairs:
            first, *more = self._wrapped(value, indent) or [indent]
            lines += [click.style(f"{label:<{LABEL_COLUMNS}}", bold=True) + first[LABEL_COLUMNS:], *more]
        self._print(lines)

    def code(self, text: str) -> bool:
        """Print a QR code; False, and nothing printed, where it has no room or no letters."""
        drawn = qr_lines(text, coloured=self._colours)
        width = segno.make_qr(text, error="m").symbol_size(border=QUIET_ZONE)[0]
        encoding = getattr(self._out or sys.stdout, "encoding", None) or "utf-8"
        if width > shutil.get_terminal_size().columns or not _can_be_encoded(drawn, encoding):
            return False
        self._print(drawn)
        return True

    @contextmanager
    def preparing(self) -> Iterator[Progress]:
        """A progress bar that appears when there is something to wait for, and goes with it."""
        if not self.is_terminal:
            yield self._stages()
            return
        bar = LazyBar()
        try:
            yield bar
        finally:
            bar.stop()

    def _stages(self) -> Progress:
        """In a log: one line for each stage."""
        told: set[str] = set()

        def tell(stage: str, done: int, total: int) -> None:
            del done, total
            if stage not in told:
                told.add(stage)
                self.say(f"{stage} …")

        return tell

    @property
    def _colours(self) -> bool:
        return self.is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def _wrapped(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            text,
            self.columns,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _print(self, lines: Iterable[str]) -> None:
        """All of them at once, so that no other thread's line comes between."""
        click.echo("\n".join(lines), file=self._out, color=self._colours)


class LazyBar:
    """A progress bar that comes when it is told something, as it costs a tenth of a second to load."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if self._bar is None:
            from rich import progress  # noqa: PLC0415 - see above

            columns = (progress.TextColumn("{task.description}"), progress.BarColumn())
            self._bar = progress.Progress(*columns, progress.TimeElapsedColumn(), transient=True)
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=None)
        self._bar.update(self._tasks[stage], completed=done, total=total or None)

    def stop(self) -> None:
        """Take it off the screen."""
        if self._bar is not None:
            self._bar.stop()


def qr_lines(text: str, *, coloured: bool) -> list[str]:
    """A QR code, two rows of it in each line of text.

    Without colours a block stands for white, so that it is right on a dark terminal; phones read it on
    a light one too, where it is a negative.
    """
    code = segno.make_qr(text, error="m")
    rows = [list(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    block = {(1, 1): "█", (1, 0): "▀", (0, 1): "▄", (0, 0): " "}
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        pairs = zip(upper, lower, strict=True)
        if coloured:
            lines.append(BLACK_ON_WHITE + "".join(block[u, v] for u, v in pairs) + PLAIN_AGAIN)
        else:
            lines.append("".join(block[1 - u, 1 - v] for u, v in pairs))
    return lines


def _can_be_encoded(lines: list[str], encoding: str) -> bool:
    try:
        "".join(lines).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
