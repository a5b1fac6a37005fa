"""How long the report of a course takes, as a multiple of reading its marks and counting them plainly.

    python -m benchmarks.reports [--students 60] [--sessions 100] [--repeats 5]

A term in an SQLite register in a throwaway folder; the fastest of the repeats of each.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from attendance.clock import SystemClock
from attendance.reports.content.report_builder import Reports
from attendance.reports.content.values import CourseReport
from attendance.reports.excel.workbook import report_workbook
from attendance.reports.export.csv_files import report_csv
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Course, Mark, MarkEvent, MarkMethod, MarkStatus, Session, Student

COURSE = "physics"
BEGIN = datetime(2025, 9, 1, 8, tzinfo=UTC)
STATUSES = (MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.ABSENT, MarkStatus.EXCUSED)
WEIGHTS = (80, 6, 10, 4)
SEED = 1
Made = TypeVar("Made")


@dataclass(frozen=True)
class Timing:
    """The fastest run of one piece of work, in seconds."""

    name: str
    seconds: float


@click.command(help=__doc__)
@click.option("--students", default=60, show_default=True, type=click.IntRange(min=1))
@click.option("--sessions", default=100, show_default=True, type=click.IntRange(min=1))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(min=1))
def main(students: int, sessions: int, repeats: int) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "benchmark.sqlite3")
        fill(store, students, sessions)
        timings = measure(store, repeats)
        store.close()
    table = Table("work", title=f"{students} students, {sessions} sessions, fastest of {repeats}")
    for heading in ("seconds", "times the plain count"):
        table.add_column(heading, justify="right")
    for timing in timings:
        table.add_row(timing.name, f"{timing.seconds:.3f}", f"{timing.seconds / timings[0].seconds:.2f}")
    Console().print(table)


def fill(store: Store, students: int, sessions: int) -> None:
    """A term: everybody has a mark in each session."""
    draw = random.Random(SEED)  # noqa: S311 - no secret
    ids = [f"s{number:05}" for number in range(students)]
    for number, student_id in enumerate(ids):
        store.add_student(Student(student_id, f"{number}", f"Student {number}"))
    store.add_course(Course(COURSE, "Physics", tuple(ids)))
    for number in range(sessions):
        opens_at = BEGIN + timedelta(days=number)
        closes_at = opens_at + timedelta(minutes=90)
        day = opens_at.date().isoformat()
        session = Session(f"{COURSE}|{day}|1", COURSE, f"t{number}", day, opens_at, closes_at)
        store.add_session(session)
        store.insert_marks(
            [
                Mark(
                    session.id,
                    student_id,
                    status,
                    MarkMethod.FACE,
                    opens_at,
                    history=(MarkEvent(opens_at, status, MarkMethod.FACE, "student"),),
                )
                for student_id, status in zip(ids, draw.choices(STATUSES, WEIGHTS, k=students), strict=True)
            ]
        )


def measure(store: Store, repeats: int) -> list[Timing]:
    """The plain count first, then our work; what they count is compared too."""
    reports = Reports(store, SystemClock(), zone=UTC, limit=Fraction(3, 4), settle=lambda: None)
    plain_time, plain = _fastest(lambda: plain_count(store), repeats)
    report_time, report = _fastest(lambda: reports.of_course(COURSE), repeats)
    check(plain, report)
    csv_time, _ = _fastest(lambda: report_csv(report), repeats)
    excel_time, _ = _fastest(lambda: report_workbook(report), repeats)
    return [
        Timing("plain count", plain_time),
        Timing("report of the course", report_time),
        Timing("CSV of it", csv_time),
        Timing("Excel file of it", excel_time),
        Timing("report and Excel file", report_time + excel_time),
    ]


def plain_count(store: Store) -> dict[str, Counter[MarkStatus]]:
    """How often each student was what: all marks of the course, read at once and counted."""
    counts: dict[str, Counter[MarkStatus]] = {}
    for mark in store.marks_of_sessions([session.id for session in store.sessions_of(COURSE)]):
        counts.setdefault(mark.student_id, Counter())[mark.status] += 1
    return counts


def check(plain: dict[str, Counter[MarkStatus]], report: CourseReport) -> None:
    """Refuse to measure what counts something else.

    Raises:
        click.ClickException: the two differ.
    """
    for row in report.rows:
        counted = plain[row.student.id]
        expected = tuple(counted[status] for status in STATUSES)
        if (row.counts.present, row.counts.late, row.counts.absent, row.counts.excused) != expected:
            raise click.ClickException(f"{row.student.name}: the report says {row.counts}, plainly {counted}")


def _fastest(work: Callable[[], Made], repeats: int) -> tuple[float, Made]:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - begin)
    return min(times), made


if __name__ == "__main__":
    main()
