"""Measure how many faces of a classroom are detected and recognised, how many wrongly, and how fast.

    python -m benchmarks.classroom FOLDER [FOLDER ...] [--half 1] [--scenes 60] [--engine dlib]

A FOLDER contains a folder for each person. Each scene is a JPEG of 12 megapixels with 30 enrolled people and
10 strangers at 32 to 160 px, some blurred, tilted, or in a dark corner; 30 more are enrolled but absent.
Everybody is enrolled with photos other than the one in the scene. ``--half 1`` uses only half of the people.
``--reference`` also times the ``mtcnn`` package and keras-facenet, which takes minutes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.face_folder import labelled_photos
from benchmarks.apparatus.recognition import detector_option, engine_option, pipeline_for, plain_errors
from benchmarks.apparatus.reference_stack import ReferenceStack
from benchmarks.check_in import precisions
from benchmarks.scenes.outcomes import BANDS, FaceResult, SceneOutcome, decided, face_results, share
from benchmarks.scenes.people import Cast, Numbers, People, gallery_of
from face_detection.pipeline import FacePipeline
from face_matching.thresholds import policy_for

WIDTH = 110
WARM_UP = 2
HARD = ("blurred", "dark", "inclined")
TIMED = Numbers(present=30, absent=0, strangers=0)


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Use only this half of the people.")
@click.option("--scenes", default=60, show_default=True, type=click.IntRange(min=1))
@click.option("--rounds", default=10, show_default=True, type=click.IntRange(min=1), help="Rounds of timing.")
@click.option(
    "--photos", default=2, show_default=True, type=click.IntRange(min=1), help="Photos to enrol per person."
)
@click.option("--present", default=30, show_default=True, type=click.IntRange(min=1))
@click.option("--absent", default=30, show_default=True, type=click.IntRange(min=0))
@click.option("--strangers", default=10, show_default=True, type=click.IntRange(min=0))
@click.option("--plain", is_flag=True, help="Use plain scores even if the engine has class-relative ones.")
@click.option("--reference", is_flag=True, help="Also time the mtcnn package and keras-facenet.")
@engine_option
@detector_option
def main(
    *,
    folders: tuple[Path, ...],
    half: int | None,
    scenes: int,
    rounds: int,
    photos: int,
    present: int,
    absent: int,
    strangers: int,
    plain: bool,
    reference: bool,
    engines: tuple[str, ...],
    detectors: tuple[str, ...],
) -> None:
    """Measure and print the tables."""
    console = Console(width=WIDTH)
    numbers = Numbers(present, absent, strangers, photos)
    precision = precisions()[-1]
    with plain_errors():
        labelled = labelled_photos(folders, half)
        people = People(labelled, pipeline_for(engines[0], "mtcnn").detector, lambda _: None)
        casts = [
            people.cast(numbers, (number,)) for number in track(range(scenes), "Composing", console=console)
        ]
        for detector in detectors:
            for engine in engines:
                pipeline = pipeline_for(engine, detector, precision)
                faces = recognised(people, casts, pipeline, console, plain=plain)
                console.print(_rates(faces, f"{engine}, {detector}, {precision}", numbers, scenes))
        timed = people.cast(TIMED, (0, 0))
        console.print(_times(timed, engines, detectors, rounds, reference=reference))


def recognised(
    people: People, casts: Sequence[Cast], pipeline: FacePipeline, console: Console, *, plain: bool
) -> list[FaceResult]:
    """Recognise all faces of all scenes."""
    templates = people.templates(pipeline.detector, pipeline.engine)
    policy = policy_for(pipeline.engine_name, pipeline.detector_name)
    policy = replace(policy, relative=None) if plain else policy
    faces: list[FaceResult] = []
    for cast in track(casts, f"{pipeline.engine_name}, {pipeline.detector_name}", console=console):
        seen = pipeline.room.read(cast.scene.jpeg).faces
        faces += face_results(
            cast, seen, decided(seen, gallery_of(cast, pipeline.engine_name, templates), policy)
        )
    return faces


def _rates(faces: Sequence[FaceResult], title: str, numbers: Numbers, scenes: int) -> Table:
    """Percentages of enrolled faces, by size and difficulty, and of strangers."""
    table = Table(
        title=f"{title}: {scenes} scenes of {numbers.present} enrolled people and {numbers.strangers} "
        f"strangers, {numbers.present + numbers.absent} on the roster, {numbers.photos} photos enrolled"
    )
    table.add_column("faces")
    for heading in ("number", "found %", "marked %", "to confirm %", "both %", "low quality %", "wrong"):
        table.add_column(heading, justify="right")
    members = [face for face in faces if face.enrolled]
    for low, high in BANDS:
        table.add_row(*_row(f"enrolled, {low} to {high} px", [m for m in members if low <= m.side < high]))
    large = [face for face in members if face.side >= 48]
    table.add_row(*_row("enrolled, 48 px and more", large))
    table.add_row(*_row("... easy", [face for face in large if not face.hard]))
    for hard in HARD:
        table.add_row(*_row(f"... {hard}", [face for face in large if hard in face.hard]))
    strangers = [face for face in faces if face.side > 0 and not face.enrolled]
    table.add_row(*_row("strangers", strangers))
    table.add_row(*_row("not a face", [face for face in faces if face.side == 0]))
    wrong = sum(face.outcome is SceneOutcome.WRONG for face in faces)
    true = sum(face.side > 0 for face in faces)
    table.caption = (
        f"Wrong: {wrong} of {true} faces"
        + (f", 1 in {true / wrong:.0f}" if wrong else "")
        + ". To confirm: the first proposal is right, or, for strangers, there is one."
    )
    return table


def _row(name: str, faces: Sequence[FaceResult]) -> tuple[str, ...]:
    marked, right = share(faces, SceneOutcome.RIGHT), share(faces, SceneOutcome.DOUBTFUL_RIGHT)
    if faces and not faces[0].enrolled:
        right = share(faces, SceneOutcome.DOUBTFUL_WRONG)
    shares = (
        1 - share(faces, SceneOutcome.MISSED),
        marked,
        right,
        marked + right,
        share(faces, SceneOutcome.UNFIT),
    )
    wrong = sum(face.outcome is SceneOutcome.WRONG for face in faces)
    return name, str(len(faces)), *(f"{value * 100:.1f}" for value in shares), str(wrong)


def _times(
    cast: Cast, engines: Sequence[str], detectors: Sequence[str], rounds: int, *, reference: bool
) -> Table:
    """Seconds from the JPEG to the embeddings, all measured in turn."""
    ways: dict[tuple[str, str], Callable[[], int]] = {}
    for detector in detectors:
        for engine in engines:
            for precision in precisions():
                room = pipeline_for(engine, detector, precision).room
                ways[f"{detector} + {engine}", precision] = lambda room=room: sum(  # type: ignore[misc]
                    face.embedding is not None for face in room.read(cast.scene.jpeg).faces
                )
    if reference:
        stack = ReferenceStack(Settings.from_env(os.environ).facenet_weights)
        ways["mtcnn + keras-facenet (packages)", "f32"] = lambda: len(stack.embed_all(cast.scene.jpeg))
    seconds: dict[tuple[str, str], list[float]] = {way: [] for way in ways}
    busy: dict[tuple[str, str], list[float]] = {way: [] for way in ways}
    faces = dict.fromkeys(ways, 0)
    for _ in range(WARM_UP + rounds):
        for way, run in ways.items():
            begin, worked = time.perf_counter(), time.process_time()
            faces[way] = run()
            seconds[way].append(time.perf_counter() - begin)
            busy[way].append(time.process_time() - worked)
    table = Table(title=f"One photo of 12 megapixels with {len(cast.scene.placed)} faces, {rounds} rounds")
    for heading in ("stack", "precision"):
        table.add_column(heading)
    for heading in ("faces embedded", "fastest s", "median s", "slowest s", "CPU s"):
        table.add_column(heading, justify="right")
    for way, own in seconds.items():
        timed = own[WARM_UP:]
        values = (min(timed), median(timed), max(timed), median(busy[way][WARM_UP:]))
        table.add_row(*way, str(faces[way]), *(f"{value:.2f}" for value in values))
    table.caption = "CPU: median time of all threads together on the processor, independent of other load."
    return table


if __name__ == "__main__":
    main()
