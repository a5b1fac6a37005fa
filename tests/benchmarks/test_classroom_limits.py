"""What the limits of a room are read from: each face searched by itself, counted by what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from benchmarks import classroom_limits as room_limits
from benchmarks.classroom_limits import EDGES, Searched, table_of
from benchmarks.scenes.people import Numbers
from tests.portraits import render

ALL_ALIKE = {name: edges[0] for name, edges in EDGES.items()}


def rows(faces: list[Searched]) -> list[list[str]]:
    """The cells of the printed table, without its head."""
    console = Console(width=room_limits.WIDTH)
    with console.capture() as captured:
        console.print(table_of(faces, "made up"))
    lines = [line for line in captured.get().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_faces_are_counted_in_the_range_that_their_measure_lies_in() -> None:
    small, large = {**ALL_ALIKE, "side": 31.0}, {**ALL_ALIKE, "side": 200.0}
    faces = [
        Searched(small, enrolled=True, passes=True),
        Searched(small, enrolled=True, passes=False),
        Searched(small, enrolled=False, passes=False),
        Searched(large, enrolled=False, passes=True),
    ]
    sides = [row for row in rows(faces) if row[0] == "side"]
    assert sides == [
        ["side", "30", "34", "2", "50.0", "1", "0.0"],
        ["side", "96", "inf", "0", "", "1", "100.0"],
    ]
    # An edge belongs to the range that it begins.
    assert ["turn", "0.15", "0.3", "2", "50.0", "2", "50.0"] in rows(faces)


@pytest.mark.networks
def test_the_command_searches_every_face_of_its_scenes(
    tmp_path: Path, astronaut_jpeg: bytes, hopper_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in (("collins", astronaut_jpeg), ("hopper", hopper_jpeg)):
        (tmp_path / name).mkdir()
        for number, brightness in enumerate((0.9, 1.0, 1.1)):
            (tmp_path / name / f"{number}.jpg").write_bytes(render(data, brightness=brightness, scale=0.6))
    monkeypatch.setattr(room_limits, "Numbers", lambda: Numbers(present=1, absent=0, strangers=1))
    result = CliRunner().invoke(room_limits.main, [str(tmp_path), "--scenes", "2", "--engine", "dlib"])
    assert result.exit_code == 0, result.output
    assert "dlib, 4 faces of 2 scenes" in result.output
