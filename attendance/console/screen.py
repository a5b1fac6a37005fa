"""Prints sentences, pairs and tables, and owns the progress bars."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import IO

from attendance.console.printable import printable
from attendance.console.progress_bars import ProgressBars

WIDEST = 100  # columns; longer lines are hard to read
NARROWEST = 40
LABEL_COLUMNS = 18  # of pairs, at least
BOLD, RED = "\x1b[1m", "\x1b[31m"
PLAIN_AGAIN = "\x1b[0m"
# A command at the end of a sentence, which stays on one line: what is copied from the terminal has to work.
_PROGRAM = r"(?:python[\d.]*(?:\.exe)?|(?:face-)?attendance-admin)"
COMMAND = re.compile(
    rf"""(?:^|(?<=: ))(?:cd |sudo |(?:\w+=\S+ )?\S*{_PROGRAM} |'[^']*{_PROGRAM}' |"[^"]*{_PROGRAM}" ).*$"""
)


class Screen:
    """Prints to a terminal, into a log, or for another program; thread-safe.

    Args:
        out: where to; None means the standard output of the moment.
        for_programs: whether a program reads the piped output. Then each sentence, pair and row is one line
            with cells separated by tabs, the same on every system and in every version; and progress, which
            is not part of it, goes to the error output. Otherwise it is a log, for people.

    Attributes:
        bars: shows the progress, until something is printed.
    """

    def __init__(self, out: IO[str] | None = None, *, for_programs: bool = False) -> None:
        self._out = out
        self._for_programs = for_programs
        if for_programs:
            self.bars = ProgressBars(lambda: sys.stderr, None)
        else:
            self.bars = ProgressBars(lambda: self.stream, self.say)

    @property
    def stream(self) -> IO[str]:
        """Where it is printed to at the moment."""
        return self._out or sys.stdout

    @property
    def has_colours(self) -> bool:
        """Whether it can be printed to in colour."""
        plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        return self.stream.isatty() and not plain and _understands_escapes()

    def say(self, sentence: str = "") -> None:
        """Print a sentence, broken at the edge of the terminal; addresses stay whole."""
        self.lines(self._broken(sentence, self.stream))

    def note(self, sentence: str) -> None:
        """Print a sentence to the error output, so that piped output stays clean."""
        self.bars.clear()
        _write(sys.stderr, self._broken(sentence, sys.stderr))

    def problem(self, sentence: str) -> None:
        """Print what went wrong."""
        lines = [line for part in sentence.splitlines() for line in self._broken(part, self.stream)]
        self.lines(self._styled(line, RED) for line in lines)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print a line for each: what it is, and the value."""
        listed = list(pairs)
        if self._is_piped(self.stream):
            self.lines(f"{label}\t{printable(value)}" for label, value in listed)
            return
        width = max([LABEL_COLUMNS, *(len(label) + 2 for label, _ in listed)])
        indent = " " * width
        lines: list[str] = []
        for label, value in listed:
            first, *more = _wrapped(printable(value), indent) or [indent]
            lines += [self._styled(f"{label:<{width}}", BOLD) + first[width:], *more]
        self.lines(lines)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table; only the headings where there are no rows."""
        cleaned = [[printable(cell) for cell in row] for row in rows]
        if self.stream.isatty():
            from attendance.console.rich_output import draw_table  # noqa: PLC0415 - 0.1 s, for terminals only

            self.bars.clear()
            draw_table(self.stream, columns, cleaned)
        else:
            self.lines("\t".join(row) for row in (columns, *cleaned))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines as they are, all at once, so that no other thread's line comes between."""
        self.bars.clear()
        _write(self.stream, lines)

    def _is_piped(self, stream: IO[str]) -> bool:
        """Whether a program reads the output."""
        return self._for_programs and not stream.isatty()

    def _broken(self, sentence: str, stream: IO[str]) -> list[str]:
        text = printable(sentence)
        return [text] if self._is_piped(stream) else _wrapped(text) or [""]

    def _styled(self, text: str, style: str) -> str:
        return f"{style}{text}{PLAIN_AGAIN}" if self.has_colours else text


def _wrapped(text: str, indent: str = "") -> list[str]:
    columns = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
    command = COMMAND.search(text)
    if command is not None and len(indent + text) > columns:
        return [*_wrapped(text[: command.start()].rstrip(), indent), indent + command[0]]
    return textwrap.wrap(
        text,
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _write(stream: IO[str], lines: Iterable[str]) -> None:
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()


def _understands_escapes() -> bool:
    """Whether the terminal supports colour escapes; a Windows console does after it is enabled."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - on Windows only

        console = ctypes.windll.kernel32
        # Processed output, wrapped at the edge, with escapes; -11 is the standard output.
        return bool(console.SetConsoleMode(console.GetStdHandle(-11), 1 | 2 | 4))
    else:  # noqa: RET505 - mypy follows the branch of the other system no further than this
        return True
