"""The benchmark of records converts each value in all four ways."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from attendance.store.records import Declared
from benchmarks.records import VALUES, main, measure


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_each_conversion_takes_time(value: Declared) -> None:
    timing = measure(value, 3, 2)
    assert min(timing.to_row, timing.from_row, timing.to_document, timing.from_document) > 0


def test_the_table_names_the_values() -> None:
    outcome = CliRunner().invoke(main, ["--values", "2", "--repeats", "1"])
    assert outcome.exit_code == 0, outcome.output
    assert all(type(value).__name__ in outcome.output for value in VALUES)
