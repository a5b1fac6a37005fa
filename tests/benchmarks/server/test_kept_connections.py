"""The benchmark of kept connections asks for everything at every door, and shows what the delay costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.server.kept_connections import Times, main, rows_of
from benchmarks.server.kept_server import DOORS, Door

KINDS = ("phone's page", "photo", "API, 60 marks", "board of 60")


@pytest.mark.slow
def test_all_medians_are_shown_and_written(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(models))
    file = tmp_path / "figures.json"
    outcome = CliRunner().invoke(main, ["--rounds", "1", "--kept", "1", "--json", str(file)])
    assert outcome.exit_code == 0, outcome.output
    figures = json.loads(file.read_text("utf-8"))
    assert (figures["rounds"], figures["kept"]) == (1, 1)
    assert [(row["what"], row["scheme"]) for row in figures["rows"]] == [
        (kind, scheme) for kind in KINDS for scheme in ("http", "https")
    ]
    for row in figures["rows"]:
        assert all(row[name] > 0 for name in row if name not in ("what", "scheme"))
        assert f"{row['following_without']:.1f}" in outcome.output


def test_the_ratio_is_that_of_the_following_responses() -> None:
    times = {
        door: Times([0.05], [0.04, 0.08, 0.06] if door.delays else [0.001, 0.003, 0.002]) for door in DOORS
    }
    times[Door(is_tls=True, delays=True)].following = [0.01]
    plain, tls = rows_of("page", times)
    assert (plain.scheme, plain.following_with, plain.following_without) == ("http", 60.0, 2.0)
    assert plain.ratio == pytest.approx(30)
    assert tls.ratio == pytest.approx(5)
