"""Measure whom photos of a room reveal: students who checked in from elsewhere, and who is listed wrongly.

    python -m benchmarks.relay FOLDER [FOLDER ...] [--scenes 40] [--engine retail] [--rate 0.01]

A FOLDER contains a folder for each person. In each room sit 30 students who have checked in and 10 strangers;
5 more students have checked in from elsewhere ("relayed"), and 25 are absent. Two photos of 12 megapixels are
composed as in ``python -m benchmarks.classroom``, with faces of 32 to 160 px. Everybody is enrolled with two
photos other than the one in the room. Listed is who has checked in and is not seen. The intervals of 95 % are
over people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from attendance.classroom.faces.face_naming import ReadPicture, name_faces
from attendance.classroom.faces.seen_students import FALSE_SIGHTING, seen_students
from benchmarks.apparatus.face_folder import labelled_photos
from benchmarks.apparatus.recognition import detector_option, engine_option, pipeline_for, plain_errors
from benchmarks.check_in import precisions
from benchmarks.scenes.people import Cast, Numbers, People, gallery_of
from face_detection.pipeline import FacePipeline
from face_matching.evaluation.clustered import share_of_trials
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for

WIDTH = 110
ROOM = Numbers(present=30, absent=30, strangers=10)
RELAYED = 5
PICTURES = 2


@dataclass(frozen=True)
class RelayOutcome:
    """Whether somebody who had checked in was listed as not seen.

    Attributes:
        identity: who.
        relayed: whether they were elsewhere.
        named: whether they were listed by what was named alone, after each number of photos.
        claimed: the same with the laxer rule for those who have checked in, for each rate.
    """

    identity: str
    relayed: bool
    named: tuple[bool, ...]
    claimed: tuple[tuple[bool, ...], ...]


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Use only this half of the people.")
@click.option("--scenes", default=40, show_default=True, type=click.IntRange(min=1))
@click.option("--rate", "rates", multiple=True, type=float, default=[FALSE_SIGHTING], show_default=True)
@engine_option
@detector_option
def main(
    *,
    folders: tuple[Path, ...],
    half: int | None,
    scenes: int,
    rates: tuple[float, ...],
    engines: tuple[str, ...],
    detectors: tuple[str, ...],
) -> None:
    """Measure and print a table for each engine and detector."""
    console = Console(width=WIDTH)
    with plain_errors():
        people = People(
            labelled_photos(folders, half), pipeline_for(engines[0], "mtcnn").detector, lambda _: None
        )
        for detector in detectors:
            for engine in engines:
                pipeline = pipeline_for(engine, detector, precisions()[-1])
                templates = people.templates(pipeline.detector, pipeline.engine)
                listed: list[RelayOutcome] = []
                for number in track(range(scenes), f"{engine}, {detector}", console=console):
                    casts = people.casts(ROOM, (number,), pictures=PICTURES)
                    gallery = gallery_of(casts[0], pipeline.engine_name, templates)
                    listed += listed_students(casts, pipeline, gallery, rates)
                console.print(_table(listed, f"{engine}, {detector}: {scenes} rooms", rates))


def listed_students(
    casts: Sequence[Cast], pipeline: FacePipeline, gallery: Gallery, rates: Sequence[float]
) -> Iterator[RelayOutcome]:
    """Everybody who had checked in to one room, and whether the photos so far list them."""
    policy = policy_for(pipeline.engine_name, pipeline.detector_name)
    present = casts[0].roster & {placed.identity for placed in casts[0].scene.placed}
    absent = dict.fromkeys(name for name, _ in casts[0].enrolled if name not in present)
    relayed = list(absent)[:RELAYED]
    claimed = present | set(relayed)
    read = [_read(cast, pipeline, number) for number, cast in enumerate(casts)]
    named: list[frozenset[str]] = []
    by_rate: list[list[frozenset[str]]] = [[] for _ in rates]
    for count in range(1, len(read) + 1):
        pictures = name_faces(read[:count], gallery, policy)
        named.append(frozenset(seen_students(read[:count], pictures, gallery, policy, ())))
        for seen, rate in zip(by_rate, rates, strict=True):
            found = seen_students(read[:count], pictures, gallery, policy, claimed, false_sighting=rate)
            seen.append(frozenset(found))
    for name in sorted(claimed):
        yield RelayOutcome(
            name,
            name in relayed,
            tuple(name not in seen for seen in named),
            tuple(tuple(name not in seen for seen in each) for each in by_rate),
        )


def _read(cast: Cast, pipeline: FacePipeline, number: int) -> ReadPicture:
    probe = pipeline.room.read(cast.scene.jpeg)
    size = probe.photo.width, probe.photo.height
    return ReadPicture(number, size, size, probe.faces)


def _table(listed: Sequence[RelayOutcome], title: str, rates: Sequence[float]) -> Table:
    table = Table(title=title)
    table.add_column("seen is who is")
    table.add_column("photos", justify="right")
    table.add_column("relayed students listed %", justify="right")
    table.add_column("students in the room listed %", justify="right")
    for count in range(PICTURES):
        table.add_row("named", str(count + 1), *_shares(listed, [each.named[count] for each in listed]))
    for number, rate in enumerate(rates):
        for count in range(PICTURES):
            outcomes = [each.claimed[number][count] for each in listed]
            table.add_row(f"named, or claimed ({rate:g})", str(count + 1), *_shares(listed, outcomes))
    relayed = sum(each.relayed for each in listed)
    table.caption = (
        f"{relayed} relayed and {len(listed) - relayed} present students, of "
        f"{len({each.identity for each in listed})} people."
    )
    return table


def _shares(listed: Sequence[RelayOutcome], outcomes: Sequence[bool]) -> Iterator[str]:
    """The shares of relayed students and of those in the room, with intervals over people."""
    names = sorted({each.identity for each in listed})
    for relayed in (True, False):
        chosen = [
            (outcome, names.index(each.identity))
            for each, outcome in zip(listed, outcomes, strict=True)
            if each.relayed is relayed
        ]
        shares = share_of_trials(
            np.array([outcome for outcome, _ in chosen]), np.array([who for _, who in chosen])
        )
        yield f"{shares.value * 100:.1f} ({shares.low * 100:.1f} to {shares.high * 100:.1f})"


if __name__ == "__main__":
    main()
