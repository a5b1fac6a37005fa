"""Measure whether the quick search for the subject of a photo finds what the search at all levels finds.

    python -m benchmarks.photos.coarse_levels FOLDER [FOLDER ...] [--most 500] [--engine retail] [--draws 200]

A FOLDER contains a folder for each person. Each photo is searched both ways with MTCNN in f32, with the
limits of a check-in and those of enrolment, and with ``--turned`` in its four positions. "Coarse" are the
photos for which the coarse levels suffice. The last table compares the error rates of both ways.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import ENGINES, pipeline_for, plain_errors
from benchmarks.engine_variants.comparison import table_of
from benchmarks.engine_variants.variants import Variant, cosine
from face_detection.mtcnn.pyramid import Pyramid
from face_detection.mtcnn.settings import EXPECTED_FACE, SMALLEST_FACE
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.quality import CHECK_IN_LIMITS, ENROLMENT_LIMITS, Assessment, QualityLimits, assess
from face_detection.search.face_search import FaceSearch, Look
from face_detection.search.turning import turned
from face_detection.values import Photo

WIDTH = 110
LIMITS = {"check-in": CHECK_IN_LIMITS, "enrolment": ENROLMENT_LIMITS}
SAME = 0.9999
"""Cosine from which two embeddings count as the same."""


@dataclass
class BothWays:
    """What both ways found in the photos so far.

    Attributes:
        limits: the quality limits.
        photos: how many there were.
        coarse: for how many the coarse levels sufficed.
        differing: photos with another position or other problems.
        cosines: of the embeddings of both ways, of the photos with a face.
        seconds: processor time, at all levels and quickly.
    """

    limits: QualityLimits
    photos: int = 0
    coarse: int = 0
    differing: list[str] = field(default_factory=list)
    cosines: list[float] = field(default_factory=list)
    seconds: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))

    def add(self, name: str, photo: Photo, pipeline: FacePipeline) -> list[NDArray[np.float32]]:
        """Search a photo both ways; returns the embeddings of both, or none."""
        search = FaceSearch(pipeline.detector)
        begin = time.process_time()
        whole = search.find(photo, self.limits.confidence)
        between = time.process_time()
        quick = search.find(photo, self.limits.confidence, self.limits.second_face)
        self.seconds += between - begin, time.process_time() - between
        looks, verdicts = (
            (whole, quick),
            [assess(look.photo, look.faces, self.limits) for look in (whole, quick)],
        )
        self.photos += 1
        self.coarse += _suffices(quick, verdicts[1], self.limits)
        if (whole.quarters, verdicts[0].problems) != (quick.quarters, verdicts[1].problems):
            self.differing.append(name)
        faces = [verdict.face for verdict in verdicts]
        rows = [
            pipeline.embed(look.photo, [f])[0] for look, f in zip(looks, faces, strict=True) if f is not None
        ]
        if len(rows) < len(looks):
            return []
        self.cosines.append(float(rows[0] @ rows[1]))
        return rows


def _suffices(look: Look, verdict: Assessment, limits: QualityLimits) -> bool:
    """Whether the windows at the coarse levels are small enough for the second face that counts."""
    if verdict.face is None:
        return False
    side = max(verdict.face.width, verdict.face.height) * limits.second_face
    shorter = min(look.photo.height, look.photo.width)
    pyramid = Pyramid.of(look.photo.height, look.photo.width, SMALLEST_FACE * shorter)
    return side >= pyramid.levels[pyramid.level_for(EXPECTED_FACE * limits.second_face * shorter)].window


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--most", default=10_000, show_default=True, help="Most photos, evenly spread over all.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option(
    "--draws", default=200, show_default=True, help="Bootstrap samples of people; 0: no error rates."
)
@click.option(
    "--turned", "is_turned", is_flag=True, help="Turn the photos by one, two and three quarters too."
)
def main(*, folders: tuple[Path, ...], most: int, engine: str, draws: int, is_turned: bool) -> None:
    """Measure and print the tables."""
    console = Console(width=WIDTH)
    with plain_errors():
        photos = labelled_photos(folders)
        every = np.linspace(0, len(photos) - 1, min(most, len(photos))).round().astype(int)
        chosen = [photos[number] for number in every]
        pipeline = pipeline_for(engine, "mtcnn")
        found = {name: BothWays(limits) for name, limits in LIMITS.items()}
        pairs, identities = _compared(pipeline, chosen, found, range(4 if is_turned else 1))
    console.print(_table(found))
    if draws:
        variants = (
            Variant(name, cosine(rows, rows))
            for name, rows in zip(("all levels", "quick"), pairs, strict=True)
        )
        console.print(table_of(variants, identities, draws))


def _compared(
    pipeline: FacePipeline, photos: Sequence[LabelledPhoto], found: dict[str, BothWays], quarters: range
) -> tuple[tuple[NDArray[np.float32], NDArray[np.float32]], list[str]]:
    """The embeddings of both ways with the limits of a check-in, and whom they show."""
    rows: list[list[NDArray[np.float32]]] = []
    identities: list[str] = []
    for labelled in photos:
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        for turns in quarters:
            for name, both_ways in found.items():
                both = both_ways.add(f"{labelled.path.name} turned {turns}", turned(photo, turns), pipeline)
                if both and name == "check-in":
                    rows.append(both)
                    identities.append(labelled.identity)
    whole, quick = (np.stack([both[way] for both in rows]) for way in (0, 1))
    return (whole, quick), identities


def _table(found: dict[str, BothWays]) -> Table:
    table = Table(
        "limits of", "photos", "coarse", "with a face", "same embedding", "least cosine", title="Both ways"
    )
    for heading in ("1 % have less", "other problems", "processor time, ms"):
        table.add_column(heading)
    for name, one in found.items():
        cosines = np.array(one.cosines)
        whole, quick = one.seconds / one.photos * 1000
        table.add_row(
            name,
            str(one.photos),
            str(one.coarse),
            str(len(cosines)),
            str(int((cosines >= SAME).sum())),
            f"{cosines.min():.4f}",
            f"{np.quantile(cosines, 0.01):.4f}",
            ", ".join(one.differing) or "none",
            f"{whole:.1f}; {quick:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
