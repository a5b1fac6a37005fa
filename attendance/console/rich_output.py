"""Draws tables and progress bars with rich, whose import takes 0.1 s: loaded at a terminal only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text


class TimeColumn(ProgressColumn):
    """The remaining time, or the elapsed time if the total is unknown."""

    def __init__(self) -> None:
        super().__init__()
        self._remaining, self._elapsed = TimeRemainingColumn(), TimeElapsedColumn()

    def render(self, task: Task) -> Text:
        """See ``ProgressColumn``."""
        return (self._elapsed if task.total is None else self._remaining).render(task)


def started_bars(stream: IO[str]) -> Progress:
    """Bars that vanish when they are stopped."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeColumn(),
    )
    drawn = Progress(*columns, console=Console(file=stream), transient=True)
    drawn.start()
    return drawn


def draw_table(stream: IO[str], columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw a table as wide as the terminal at most, without the columns that are empty."""
    filled = [number for number in range(len(columns)) if not rows or any(row[number] for row in rows)]
    drawn = Table(*(columns[number] for number in filled), header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(row[number], overflow="fold") for number in filled))
    Console(file=stream).print(drawn)
