"""A change of engine is measured with an interruption, and with check-ins meanwhile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.photos import re_embedding


@pytest.mark.slow
def test_all_check_ins_are_served_and_the_last_ones_with_the_new_engine(
    models: Path, retail_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(models))
    monkeypatch.setenv("ATTENDANCE_RETAIL_MODEL", str(retail_model))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(re_embedding, "QUIET_SECONDS", 0.5)
    done = CliRunner().invoke(re_embedding.main, ["--students", "60", "--photos", "2"])
    assert done.exit_code == 0, done.output
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines() if "│" in line
    ]
    assert [row[0] for row in rows] == ["nothing else running", "the first half", "the rest", "afterwards"]
    assert rows[0][-2:] == ["dlib-1", "0"]
    assert rows[-1][-2:] == ["retail-1", "0"]
    assert all(re.fullmatch(r"\d+\.\d", row[1]) for row in rows)
