"""The tables of the docs are what the files of the benchmarks say, and a command writes them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from benchmarks.report import __main__ as report
from benchmarks.report.__main__ import DOCS, MARKED, RESULTS, main, with_figures
from benchmarks.site.figures import table_in

VISIT = {"who": "admin", "path": "/teach/", "status": 200, "first": 1.0, "seconds": 0.0514, "cpu": 0.0206}
COUNTS = {"statements": 1234, "rows": 5, "size": 4400}
STUDENT = "/teach/reports/students/5bc8fbbcbde5c0994164d8399f76aa01"


def result(*changes: dict[str, object]) -> dict[str, object]:
    visits = [VISIT | COUNTS | each for each in changes]
    return {"measured": "2026-11-30", "processors": 2, "load": 3.6, "visits": visits}


def test_the_tables_of_the_docs_are_those_of_their_files() -> None:
    answer = CliRunner().invoke(main, ["--check"])
    assert answer.exit_code == 0, answer.output


def test_every_file_has_a_table_somewhere() -> None:
    shown = {
        found["name"] for page in DOCS.glob("*.md") for found in MARKED.finditer(page.read_text("utf-8"))
    }
    assert shown == {file.stem for file in RESULTS.glob("*.json")}


def test_each_address_is_shown_as_its_slowest_visitor_got_it() -> None:
    teacher = {"who": "teacher", "cpu": 0.3, "seconds": 1.5}
    table = table_in(result({}, teacher, {"path": STUDENT, "cpu": 0.1}))
    assert table.splitlines()[2:] == [
        "| `/teach/` | 300 | 1,500 | 1,234 | 5 | 4 |",
        "| `/teach/reports/students/STUDENT` | 100 | 51 | 1,234 | 5 | 4 |",
        "",
        "(2026-11-30, while 4 processes shared 2 cores; 0 further addresses took less.)",
    ]


def test_only_what_is_between_the_comments_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.json").write_text(json.dumps(result({})), "utf-8")
    before, after = "# Speed\n\n| a |\n\n<!-- figures: site -->\n", "\n<!-- end of figures -->\n\n| b |\n"
    assert with_figures(f"{before}| old |{after}", tmp_path) == before + table_in(result({})) + after
    with pytest.raises(click.ClickException, match="'rush'"):
        with_figures(f"{before.replace('site', 'rush')}{after}", tmp_path)
    page = tmp_path / "performance.md"
    page.write_text(f"{before}| old |{after}", "utf-8")
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    assert "performance.md" in CliRunner().invoke(main, ["--check"]).output
    assert "| old |" in page.read_text("utf-8")
    assert CliRunner().invoke(main, []).exit_code == 0
    assert "| old |" not in page.read_text("utf-8")
    assert CliRunner().invoke(main, ["--check"]).exit_code == 0
