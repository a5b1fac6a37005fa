"""How long it takes to turn values into records of each database and back, in microseconds for each value.

    python -m benchmarks.records [--values 10000] [--repeats 5]

The fastest of the repeats; nothing is written to a disk or sent to a server.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import click
from rich.console import Console
from rich.table import Table

from attendance.store.mongo.documents import from_document, to_document
from attendance.store.records import Declared, Record
from attendance.store.sqlite.rows import from_row, to_row
from attendance.values import (
    Consent,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    Review,
    ReviewCandidate,
    ReviewReason,
    Session,
    Student,
)

NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)
PRESENT, FACE = MarkStatus.PRESENT, MarkMethod.FACE
VALUES: tuple[Declared, ...] = (  # what a check-in reads and writes
    Student("s1", "17", "Student One", email="one@example.org", consent=Consent(NOON, "office", "form")),
    Session("general|2025-11-21", "general", "token", "2025-11-21", NOON, NOON, NOON, secret="5e" * 32),
    Mark(
        "general|2025-11-21", "s1", PRESENT, FACE, NOON, 0.8, history=(MarkEvent(NOON, PRESENT, FACE, "s1"),)
    ),
    Review(
        "r1",
        "general|2025-11-21",
        ReviewReason.CODE,
        (ReviewCandidate("s1", 0.0), ReviewCandidate("s2", 0.0)),
        NOON,
    ),
)


@dataclass(frozen=True)
class ConversionTime:
    """Microseconds for one value: to a row of SQLite and back, to a document of MongoDB and back."""

    name: str
    to_row: float
    from_row: float
    to_document: float
    from_document: float


@click.command(help=__doc__)
@click.option("--values", default=10_000, show_default=True, type=click.IntRange(min=1))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(min=1))
def main(values: int, repeats: int) -> None:
    """Measure and print the table."""
    table = Table("µs a value", "to a row", "from a row", "to a document", "from a document")
    for value in VALUES:
        timing = measure(value, values, repeats)
        columns = (timing.to_row, timing.from_row, timing.to_document, timing.from_document)
        table.add_row(timing.name, *(f"{each:.1f}" for each in columns))
    Console().print(table)


def measure(value: Declared, number: int, repeats: int) -> ConversionTime:
    """The four conversions of one value."""
    kind, document = type(value), {"_id": "any"} | to_document(value)
    return ConversionTime(
        kind.__name__,
        *(
            _fastest(action, number, repeats)
            for action in (
                partial(to_row, value),
                partial(from_row, kind, _as_sqlite_gives(to_row(value))),
                partial(to_document, value),
                partial(from_document, kind, document),
            )
        ),
    )


def _as_sqlite_gives(row: Record) -> sqlite3.Row:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        columns = ", ".join(f":{column} AS {column}" for column in row)
        found: sqlite3.Row = connection.execute(f"SELECT {columns}", row).fetchone()
    return found


def _fastest(action: Callable[[], object], number: int, repeats: int) -> float:
    durations = []
    for _ in range(repeats):
        begin = time.perf_counter()
        for _ in range(number):
            action()
        durations.append(time.perf_counter() - begin)
    return min(durations) / number * 1e6


if __name__ == "__main__":
    main()
