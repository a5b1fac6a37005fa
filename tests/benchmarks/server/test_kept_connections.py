"""The benchmark of kept connections shows both medians."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from benchmarks.server.kept_connections import main


@pytest.mark.server
def test_both_medians_are_shown() -> None:
    outcome = CliRunner().invoke(main, ["--requests", "4"])
    assert outcome.exit_code == 0, outcome.output
    shown = re.findall(r"^(.+): ([0-9.]+) ms \(worst [0-9.]+ ms\)$", outcome.output, re.MULTILINE)
    assert [name for name, _ in shown] == ["with the delay", "as the server listens"]
    assert all(float(median) > 0 for _, median in shown)
