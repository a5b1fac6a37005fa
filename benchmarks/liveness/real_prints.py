"""Measure how many bursts of real prints pass, and of people who look straight ahead.

    python -m benchmarks.liveness.real_prints ../shared/attacks/nuaa [--engine retail] [--report DIR]

The folder has ``print/PERSON`` and ``live/PERSON`` with frames of sittings, as in the NUAA imposter database:
``PERSON_glasses_position_session_number.jpg``, about 20 a second. Every eight frames in a row are a
burst, asked once for a turn to the left and once to the right. The people look straight
ahead, so none of theirs may pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

import click

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, pipeline_for, plain_errors
from face_detection.pad_kit.results.pad_report import report_of
from face_detection.pad_kit.results.report_files import markdown_of, write_reports
from face_detection.pad_kit.running import judged
from face_detection.pad_kit.server_check import ServerCheck
from face_detection.pad_kit.values import Direction, Presentation

FRAMES = 8
PER_SECOND = 20
LONGEST_GAP = 1.0
"""Seconds between two frames, above which they are of two bursts."""

PRINTS = {
    "01": "turned up and down",
    "02": "bent up and down",
    "03": "turned to the sides",
    "04": "bent to the sides",
    "08": "held still",
}
OTHER = "in other light"


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
@click.option("--report", type=click.Path(path_type=Path), help="Also write the report into this folder.")
def main(folder: Path, engine: str, detector: str, report: Path | None) -> None:
    """Measure and print the table."""
    with plain_errors():
        check = ServerCheck(pipeline_for(engine, detector))
        found = [judged(burst, check) for burst in bursts_of(folder)]
        counted = report_of(found, check=check.name, material=f"Real sittings in {folder.name}.", seed=0)
        click.echo(markdown_of(counted))
        if report is not None:
            write_reports(report, counted, found)


def bursts_of(folder: Path) -> Iterator[Presentation]:
    """Every burst of every sitting, asked for both sides.

    Raises:
        BenchmarkError: the folder has no sittings that are long enough.
    """
    some = False
    for path in sorted(folder.glob("*/*")):
        frames = sorted(path.glob("*.jpg"))
        for sitting, members in groupby(frames, key=lambda frame: frame.stem.rsplit("_", 1)[0]):
            for window in _windows(list(members)):
                for asked in (Direction.LEFT, Direction.RIGHT):
                    some = True
                    yield _burst(_kind_of(path.parent.name, sitting), path.name, window, asked)
    if not some:
        raise BenchmarkError(f"{folder} has no sittings of {FRAMES} frames in print/PERSON or live/PERSON")


def _kind_of(folder: str, sitting: str) -> str:
    """What is shown; none of it may pass, so that people who look ahead count as attacks as well."""
    if folder != "print":
        return "people who look ahead"
    return f"print {PRINTS.get(sitting.split('_')[2], OTHER)}"


def _windows(frames: list[Path]) -> Iterator[list[Path]]:
    for start in range(len(frames) - FRAMES + 1):
        window = frames[start : start + FRAMES]
        if all(_second(after) - _second(before) <= LONGEST_GAP for before, after in pairwise(window)):
            yield window


def _second(frame: Path) -> float:
    return int(frame.stem.rsplit("_", 1)[1]) / PER_SECOND


def _burst(kind: str, person: str, window: list[Path], asked: Direction) -> Presentation:
    frames = tuple(frame.read_bytes() for frame in window)
    taken = tuple(round(1000 * (_second(frame) - _second(window[0]))) for frame in window)
    return Presentation(kind, person, (asked,), frames[0], frames, taken)


if __name__ == "__main__":
    main()
