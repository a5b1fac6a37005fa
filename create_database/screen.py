"""What the admin sees: tables and bars in a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence

import click

from create_database.bars import Bars

# Characters that turn the direction of what follows: a name could make a row read as another one.
TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Screen:
    """Prints: with rich where a person looks at a terminal, as plain text where a program reads on.

    Attributes:
        bars: draws how far the work is, until something is printed.

    Plain tables are one line a row, cells parted by tabs, headings first: the same on every system
    and in every version.
    """

    def __init__(self) -> None:
        self.bars = Bars()

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table; nothing but the headings where there are no rows."""
        self.bars.clear()
        cleaned = [[printable(cell) for cell in row] for row in rows]
        if sys.stdout.isatty():
            self._drawn_table(columns, cleaned)
            return
        for row in (columns, *cleaned):
            click.echo("\t".join(row))

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print what belongs to one thing, a line for each: what it is, and the value."""
        self.bars.clear()
        listed = [(label, printable(value)) for label, value in pairs]
        width = max(len(label) for label, _ in listed) + 2 if sys.stdout.isatty() else 0
        for label, value in listed:
            click.echo(f"{label + ':':<{width}}{value}" if width else f"{label}\t{value}")

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        self.bars.clear()
        click.echo(printable(sentence))

    def note(self, sentence: str) -> None:
        """Print a sentence beside the output proper, so that what is piped on stays clean."""
        self.bars.clear()
        click.echo(printable(sentence), err=True)

    def _drawn_table(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        """A table with lines, as wide as the terminal at most, without columns that say nothing."""
        from rich.console import Console  # noqa: PLC0415 - a tenth of a second that only terminals need
        from rich.table import Table  # noqa: PLC0415 - the same
        from rich.text import Text  # noqa: PLC0415 - the same

        told = [number for number in range(len(columns)) if not rows or any(row[number] for row in rows)]
        drawn = Table(*(columns[number] for number in told), header_style="bold")
        for row in rows:
            drawn.add_row(*(Text(row[number], overflow="fold") for number in told))
        Console().print(drawn)


def printable(text: str) -> str:
    """The text on one line, without what steers a terminal or turns the direction of reading."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    """The character, or what stands for it."""
    if character in "\t\r\n":
        return " "
    if character in TURNING or unicodedata.category(character) in ("Cc", "Cs"):
        return REPLACEMENT
    return character
