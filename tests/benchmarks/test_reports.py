"""The benchmark of reports measures what it says, and refuses to measure something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from fractions import Fraction
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from attendance.reports.content.attendance_rate import Counts
from attendance.reports.content.report_builder import Reports
from benchmarks.reports import COURSE, check, fill, main, plain_count
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store


def test_a_small_term_is_measured() -> None:
    done = CliRunner().invoke(main, ["--students", "3", "--sessions", "4", "--repeats", "1"])
    assert done.exit_code == 0
    for work in ("plain count", "report of the course", "CSV of it", "Excel file of it"):
        assert work in done.stdout


def test_a_report_that_counts_otherwise_is_not_measured(tmp_path: Path) -> None:
    store = new_store(tmp_path / "a.sqlite3")
    fill(store, 3, 4)
    reports = Reports(store, FrozenClock(), zone=UTC, limit=Fraction(3, 4), settle=lambda: None)
    report, plain = reports.of_course(COURSE), plain_count(store)
    store.close()
    assert sum(row.counts.there for row in report.rows) > 0
    check(plain, report)
    wrong = replace(report, rows=tuple(replace(row, counts=Counts(present=99)) for row in report.rows))
    with pytest.raises(click.ClickException, match="present=99"):
        check(plain, wrong)
