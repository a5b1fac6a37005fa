"""The table of a rush takes the place of the one in the page, and nothing else changes there."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.figures import HEADING, main, replaced, table_in
from benchmarks.rush.onlookers import WatchedPages
from benchmarks.rush.results import Machine, as_json, result_of

PAGE = (
    f"# Speed\n\n| a | b |\n\n{HEADING}\n\nBefore.\n\n| old |\n|---|\n| 1 |\n\nAfter.\n\n## Next\n\n| c |\n"
)
ROOT = Path(__file__).resolve().parents[3]


def scenarios() -> list[dict[str, object]]:
    arrivals = Arrivals("60 at once", 60, 0, Promise(0.95, 1))
    result = result_of(arrivals, [], WatchedPages(probes=[0.01]), Machine(12.34, 2.0, 300.0, 401.6))
    return json.loads(json.dumps(as_json([result], {"students": 5})))["scenarios"]  # type: ignore[no-any-return]


def test_only_the_table_below_the_heading_is_replaced() -> None:
    assert replaced(PAGE, "| new |") == PAGE.replace("| old |\n|---|\n| 1 |", "| new |")
    with pytest.raises(click.ClickException, match="no table"):
        replaced("# Speed\n\n| a |\n", "| new |")
    with pytest.raises(click.ClickException, match="no table"):
        replaced(f"{HEADING}\n\n## Next\n\n| c |\n", "| new |")


def test_a_row_has_what_was_measured() -> None:
    row = table_in(scenarios()).splitlines()[2]
    assert row == (
        "| 60 at once | p95 ≤ 1 s | yes | 0.00; 0.00; 0.00; 0.00 | 0; 0 | 10; 10 | 0 | 12.3; 2.0 | 402 |"
    )


def test_the_command_prints_the_table_or_changes_the_page(tmp_path: Path) -> None:
    file, page = tmp_path / "rush.json", tmp_path / "performance.md"
    file.write_text(json.dumps({"scenarios": scenarios()}), "utf-8")
    page.write_text((ROOT / "docs/performance.md").read_text("utf-8"), "utf-8")
    printed = CliRunner().invoke(main, [str(file)])
    assert printed.output.startswith("| ")
    assert CliRunner().invoke(main, [str(file), "--into", str(page)]).exit_code == 0
    assert printed.output in page.read_text("utf-8")
