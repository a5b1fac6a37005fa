"""Measure how recognition in classrooms depends on size, light, sharpness and pose, to choose quality limits.

    python -m benchmarks.classroom_limits FOLDER [FOLDER ...] [--scenes 150] [--engine both]

A FOLDER contains a folder for each person. Scenes are composed as for ``benchmarks.classroom``, but every
face that MTCNN detects is embedded, however small, dark or blurred, and searched separately in its class. The
limits in ``face_detection/classroom_photo.py`` are where hardly anybody is recognised, or where false matches
increase.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.apparatus.face_folder import labelled_photos
from benchmarks.apparatus.recognition import engine_option, pipeline_for, plain_errors
from benchmarks.check_in import precisions
from benchmarks.scenes.outcomes import owners
from benchmarks.scenes.people import Cast, Numbers, People, gallery_of
from face_detection.classroom_photo import CLASSROOM_LIMITS, ClassroomReader, SeenFace
from face_detection.pipeline import FacePipeline
from face_detection.quality_measures import measure
from face_detection.values import Photo
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for

WIDTH = 110
ANYTHING = replace(
    CLASSROOM_LIMITS,
    confidence=0.0,
    side=0.0,
    visible=0.0,
    brightest=0.0,
    blown=1.0,
    sharpness=0.0,
    turn=float("inf"),
    nod=(-float("inf"), float("inf")),
)
"""Limits that accept everything."""

EDGES: dict[str, tuple[float, ...]] = {
    "confidence": (0.7, 0.8, 0.85, 0.9, 0.95, 0.99),
    "side": (28, 30, 34, 40, 48, 64, 96),
    "brightest": (25, 35, 45, 60, 90, 140),
    "sharpness": (0.25, 0.5, 1, 1.5, 2, 3, 5),
    "turn": (0.15, 0.3, 0.45, 0.6),
    "nod": (0.1, 0.25, 0.4, 0.7, 0.85, 0.95),
}
"""The boundaries of each measure's ranges; the last range is open."""


@dataclass(frozen=True)
class Searched:
    """One detected face and the result of its search.

    Attributes:
        measures: quality measures by name, including the detector's confidence.
        enrolled: whether the person is in the class.
        passes: whether the search returns somebody; for an enrolled person, the right one.
    """

    measures: dict[str, float]
    enrolled: bool
    passes: bool


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Use only this half of the people.")
@click.option("--scenes", default=150, show_default=True, type=click.IntRange(min=1))
@engine_option
def main(*, folders: tuple[Path, ...], half: int | None, scenes: int, engines: tuple[str, ...]) -> None:
    """Measure and print one table per engine."""
    console = Console(width=WIDTH)
    with plain_errors():
        labelled = labelled_photos(folders, half)
        for engine in engines:
            pipeline = pipeline_for(engine, "mtcnn", precisions()[-1])
            people = People(labelled, pipeline.detector, lambda _: None)
            templates = people.templates(pipeline.detector, pipeline.engine)
            reader = ClassroomReader(pipeline.detector, pipeline.engine, ANYTHING)
            faces: list[Searched] = []
            for number in track(range(scenes), engine, console=console):
                cast = people.cast(Numbers(), (number,))
                gallery = gallery_of(cast, pipeline.engine_name, templates)
                faces += searched(cast, reader, gallery, pipeline)
            console.print(table_of(faces, f"{engine}, {len(faces)} faces of {scenes} scenes"))


def searched(
    cast: Cast, reader: ClassroomReader, gallery: Gallery, pipeline: FacePipeline
) -> Iterator[Searched]:
    """Search each face of a scene separately in its class."""
    probe = reader.read(cast.scene.jpeg)
    threshold = policy_for(pipeline.engine_name, pipeline.detector_name).search_threshold(gallery.students)
    for number, found in owners(cast.scene.placed, probe.faces).items():
        seen, identity = probe.faces[found], cast.scene.placed[number].identity
        assert seen.embedding is not None
        best = gallery.search(seen.embedding)[0]
        enrolled = identity in cast.roster
        passes = best.score >= threshold and (not enrolled or best.student_id == identity)
        yield Searched(measures_of(probe.photo, seen), enrolled, passes)


def measures_of(photo: Photo, seen: SeenFace) -> dict[str, float]:
    """The limited measures by name; turns to either side are equivalent."""
    measures = asdict(measure(photo, seen.face))
    return {**measures, "turn": abs(measures["turn"]), "confidence": seen.face.confidence}


def table_of(faces: Sequence[Searched], title: str) -> Table:
    """The recognition and false match rates for each range of each measure."""
    table = Table(title=title)
    table.add_column("measure")
    for heading in ("from", "to", "enrolled", "recognised %", "strangers", "pass %"):
        table.add_column(heading, justify="right")
    for name, edges in EDGES.items():
        values = np.array([face.measures[name] for face in faces])
        places = np.digitize(values, edges)
        for place, (low, high) in enumerate(zip((-np.inf, *edges), (*edges, np.inf), strict=True)):
            inside = [face for face, own in zip(faces, places, strict=True) if own == place]
            if inside:
                table.add_row(name, f"{low:g}", f"{high:g}", *_shares(inside))
        table.add_section()
    table.caption = "Each face separately, at the threshold of a search of its class."
    return table


def _shares(faces: Sequence[Searched]) -> Iterator[str]:
    for enrolled in (True, False):
        passing = [face.passes for face in faces if face.enrolled == enrolled]
        yield str(len(passing))
        yield f"{np.mean(passing) * 100:.1f}" if passing else ""


if __name__ == "__main__":
    main()
