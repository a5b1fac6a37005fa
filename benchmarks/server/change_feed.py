"""What the feed of changes costs each mark in an SQLite register, and how long reading it takes.

    python -m benchmarks.server.change_feed [--marks 1000] [--rounds 5]

Two registers on the same disk are written in turn: one as it is, and one without the triggers that write the
feed. In MongoDB, a mark takes as many commands as without a feed.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Course, Mark, MarkMethod, MarkStatus, Session, Student
from attendance.values.feed import FeedKind, FeedPlace

PAGE = 500  # entries
STUDENTS = 50  # of each session


@click.command(help=__doc__)
@click.option("--marks", default=1000, show_default=True, type=click.IntRange(min=STUDENTS))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(min=1))
def main(marks: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        plain, fed = Path(folder) / "plain.sqlite3", Path(folder) / "fed.sqlite3"
        for path in (plain, fed):
            SQLiteStore(path).close()
        _drop_feed(plain)
        with closing(SQLiteStore(plain)) as without, closing(SQLiteStore(fed)) as with_feed:
            for store in (without, with_feed):
                _fill(store, rounds * marks // STUDENTS)
            times: dict[SQLiteStore, list[float]] = {without: [], with_feed: []}
            for number in range(rounds):
                for store in (without, with_feed) if number % 2 else (with_feed, without):
                    times[store] += _write_marks(store, number * marks, marks)
            _print(times[without], times[with_feed])
            began = time.perf_counter()
            entries = _read(with_feed)
            seconds = time.perf_counter() - began
    click.echo(f"reading all {entries} entries, {PAGE} at once: {seconds / entries * 1e6:.0f} µs each")


def _print(without: list[float], with_feed: list[float]) -> None:
    before, after = statistics.median(without) * 1000, statistics.median(with_feed) * 1000
    click.echo(f"a mark without the feed: {before:.3f} ms (median of {len(without)})")
    click.echo(f"a mark with the feed: {after:.3f} ms, {after / before:.2f} times, {after - before:+.3f} ms")


def _drop_feed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'feed%'"
        for (name,) in connection.execute(query).fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def _fill(store: SQLiteStore, sessions: int) -> None:
    now = datetime.now(UTC)
    store.add_course(Course("course", "Course"))
    for number in range(STUDENTS):
        store.add_student(Student(f"s{number}", str(number), f"Student {number}"))
    for number in range(sessions):
        key = f"course|{number}"
        end = now + timedelta(hours=1)
        store.add_session(Session(key, "course", f"token {number}", "2026-11-29", now, end))


def _write_marks(store: SQLiteStore, first: int, number: int) -> list[float]:
    """Seconds for each mark."""
    times = []
    for each in range(first, first + number // STUDENTS * STUDENTS):
        session, student = divmod(each, STUDENTS)
        mark = Mark(
            f"course|{session}", f"s{student}", MarkStatus.PRESENT, MarkMethod.FACE, datetime.now(UTC)
        )
        begin = time.perf_counter()
        written = store.insert_mark(mark)
        times.append(time.perf_counter() - begin)
        assert written
    return times


def _read(store: SQLiteStore) -> int:
    """Read the feed from the beginning; the number of entries."""
    place, total = FeedPlace(), 0
    while entries := store.feed(place, PAGE, list(FeedKind)).entries:
        place, total = entries[-1].place, total + len(entries)
    return total


if __name__ == "__main__":
    main()
