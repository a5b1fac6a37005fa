"""The benchmark of the feed of changes shows what a mark takes with it and without it."""

from __future__ import annotations

import re

from click.testing import CliRunner

from benchmarks.server.change_feed import main


def test_both_medians_and_their_ratio_are_shown() -> None:
    outcome = CliRunner().invoke(main, ["--marks", "50", "--rounds", "2"])
    assert outcome.exit_code == 0, outcome.output
    without = re.search(r"without the feed: ([0-9.]+) ms \(median of 100\)", outcome.output)
    fed = re.search(r"with the feed: ([0-9.]+) ms, ([0-9.]+) times", outcome.output)
    assert without is not None
    assert fed is not None
    assert abs(float(fed[1]) / float(without[1]) - float(fed[2])) < 0.02
    assert "reading all 152 entries" in outcome.output, "50 students, two sessions, 100 marks"
