"""The benchmark asks for each kind while photos are judged, and shows how long each took."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.server.pages_beside_photos import main, percentile, request_of


@pytest.mark.slow
def test_each_kind_is_asked_and_all_photos_are_judged(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(models))
    file = tmp_path / "figures.json"
    arguments = ["--photos", "4", "--rounds", "1", "--json", str(file)]
    with ThreadPoolExecutor(1) as thread:  # a browser driver's loop may run in this one
        outcome = thread.submit(CliRunner().invoke, main, arguments).result()
    assert outcome.exit_code == 0, outcome.output
    figures = json.loads(file.read_text("utf-8"))
    assert [row["what"] for row in figures["rows"]] == ["phone's page", "login page", "API, students"]
    assert all(row["requests"] and min(row["ms"]) > 0 for row in figures["rows"])
    assert len(figures["took"]) == 1
    assert "{200: 4}" in outcome.output


def test_a_percentile_is_one_of_the_times_in_milliseconds() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert [percentile(seconds, part) for part in (0, 0.5, 0.95, 1)] == [1, 51, 96, 100]


def test_a_request_is_as_it_goes_over_the_wire() -> None:
    assert request_of("POST", "/capture", {"Accept": "a"}, b"body") == (
        b"POST /capture HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: a\r\n"
        b"Content-Length: 4\r\n\r\nbody"
    )
