"""Measure what accuracy remains of photos that a phone makes smaller before it sends them.

    python -m benchmarks.photos.sizes FOLDER [FOLDER ...] [--side 640] [--quality 80] [--engine dlib]

A FOLDER contains a folder for each person. The first two photos of each are enrolled as they are; the others
check in, first as they are, then at each longest side and JPEG quality. Decisions are those of a class of 60.
Changes are relative to the photos as they are; in brackets, 95 % bootstrap confidence intervals over people.
The column “selfie” has the size of a portrait enlarged to 1280x960, as a phone's camera gives it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from attendance.recognition.pipelines import Pipeline
from benchmarks.apparatus.face_folder import BenchmarkError, LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, pipeline_for, plain_errors
from benchmarks.apparatus.selfie import selfie_jpeg
from face_detection.quality import CHECK_IN_LIMITS
from face_matching.decision import DecisionPolicy, Match
from face_matching.evaluation.bootstrap import Estimate, estimates
from face_matching.evaluation.error_rates import numbered
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for
from face_matching.weighted_scores import Floats

CLASS = 60
ENROLLED = 2
WIDTH = 110
SIDES = (640, 480, 400, 320)
QUALITIES = (90, 80, 70, 60)


@dataclass(frozen=True)
class SentPhoto:
    """What became of one photo.

    Attributes:
        size: bytes that were sent.
        face: longer edge of the face's box in pixels of what was sent; None if the photo was refused.
        score: similarity to the student; 0 if the photo was refused.
        marked: whether the student was marked.
    """

    size: int
    face: float | None
    score: float
    marked: bool


class PhotoCheckIns:
    """Decides on photos of enrolled people.

    Args:
        pipeline: reads them.
        policy: decides.
        photos: those to enrol; refused ones are left out.

    Attributes:
        people: who is enrolled.

    Raises:
        BenchmarkError: nobody is.
    """

    def __init__(self, pipeline: Pipeline, policy: DecisionPolicy, photos: Sequence[LabelledPhoto]) -> None:
        self._pipeline = pipeline
        self._policy = policy
        rows, owners = [], []
        for photo in photos:
            probe = pipeline.read(photo.path.read_bytes(), CHECK_IN_LIMITS)
            if probe.embedding is not None:
                rows.append(probe.embedding)
                owners.append(photo.identity)
        if not rows:
            raise BenchmarkError("none of the photos to be enrolled can be used")
        self.people = frozenset(owners)
        self._gallery = Gallery.build(pipeline.engine_name, owners, np.stack(rows))

    def send(self, data: bytes, person: str) -> SentPhoto:
        """Check in with a photo of a person."""
        probe = self._pipeline.read(data, CHECK_IN_LIMITS)
        if probe.face is None or probe.embedding is None:
            return SentPhoto(len(data), None, 0.0, marked=False)
        judged = self._policy.judge(self._gallery, probe.embedding[np.newaxis])
        decision = self._policy.decide(judged, self._gallery.student_ids, searched=CLASS)
        own = float(judged.similarities[0, self._gallery.student_ids.index(person)])
        marked = isinstance(decision, Match) and decision.student_id == person
        face = max(probe.face.width, probe.face.height)
        scale = max(probe.photo.original_size) / max(probe.photo.pixels.shape[:2])
        return SentPhoto(len(data), face * scale, own, marked)


def as_sent(data: bytes, side: int, quality: int) -> bytes:
    """The photo as the phone page's script makes it: smoothly smaller, 4:2:0, no metadata."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    scale = min(1.0, side / max(image.size))
    size = round(image.width * scale), round(image.height * scale)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.BILINEAR).save(out, "JPEG", quality=quality)
    return out.getvalue()


def chosen(photos: Sequence[LabelledPhoto], most: int) -> tuple[list[LabelledPhoto], list[LabelledPhoto]]:
    """The photos to enrol and those to check in with, evenly spread over each person's."""
    enrolled, probes = [], []
    for person in dict.fromkeys(photo.identity for photo in photos):
        own = [photo for photo in photos if photo.identity == person]
        if len(own) <= ENROLLED:
            continue
        enrolled += own[:ENROLLED]
        places = np.linspace(ENROLLED, len(own) - 1, min(most, len(own) - ENROLLED)).round().astype(int)
        probes += [own[place] for place in places]
    if not probes:
        raise BenchmarkError(f"nobody has more than {ENROLLED} photos")
    return enrolled, probes


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--side", "sides", multiple=True, type=click.IntRange(32, 4000), default=SIDES, show_default=True
)
@click.option(
    "--quality", "qualities", multiple=True, type=click.IntRange(1, 95), default=QUALITIES, show_default=True
)
@click.option("--most", default=10, show_default=True, help="Most photos of a person that check in.")
@click.option("--engine", default="dlib", show_default=True, type=click.Choice(ENGINES))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
def main(
    *,
    folders: tuple[Path, ...],
    sides: tuple[int, ...],
    qualities: tuple[int, ...],
    most: int,
    engine: str,
    detector: str,
) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    with plain_errors():
        enrolled, probes = chosen(labelled_photos(folders), most)
        pipeline = pipeline_for(engine, detector)
        policy = policy_for(pipeline.engine_name, pipeline.detector_name)
        check_ins = PhotoCheckIns(pipeline, policy, enrolled)
        probes = [photo for photo in probes if photo.identity in check_ins.people]
        people = [photo.identity for photo in probes]

        def measured(change: Callable[[bytes], bytes]) -> list[SentPhoto]:
            return [check_ins.send(change(each.path.read_bytes()), each.identity) for each in probes]

        whole = measured(lambda data: data)
        table = Table(
            "side, quality", "kB", "selfie kB", "face px", "read %", "score", "change x 1000", "marked %"
        )
        table.title = f"{len(probes)} photos of {len(set(people))} people, {engine}, {detector}"
        selfie = selfie_jpeg()
        table.add_row("as they are", *_cells(whole, whole, people, selfie))
        for side in sides:
            for quality in qualities:
                sent = measured(partial(as_sent, side=side, quality=quality))
                cells = _cells(sent, whole, people, as_sent(selfie, side, quality))
                table.add_row(f"{side}, {quality}", *cells)
    console.print(table)


def _cells(
    sent: Sequence[SentPhoto], whole: Sequence[SentPhoto], people: Sequence[str], selfie: bytes
) -> list[str]:
    change, marked = estimates(lambda counts: _means(sent, whole, people, counts), len(set(people)))
    faces = [photo.face for photo in sent if photo.face is not None]
    return [
        f"{fmean(photo.size for photo in sent) / 1000:.0f}",
        f"{len(selfie) / 1000:.0f}",
        f"{median(faces):.0f}" if faces else "",
        f"{100 * len(faces) / len(sent):.1f}",
        f"{fmean(photo.score for photo in sent if photo.face is not None):.3f}" if faces else "",
        _interval(change, 1000) if sent is not whole else "",
        _interval(marked, 100),
    ]


def _means(
    sent: Sequence[SentPhoto], whole: Sequence[SentPhoto], people: Sequence[str], counts: Floats
) -> NDArray[np.float64]:
    """The mean change of the score where both photos were read, and the share of marked photos."""
    weights = counts[numbered(people)]
    both = np.array([a.face is not None and b.face is not None for a, b in zip(sent, whole, strict=True)])
    change = np.array([a.score - b.score for a, b in zip(sent, whole, strict=True)])
    marked = np.array([photo.marked for photo in sent], float)
    weighed = (weights * both).sum()
    return np.array(
        [
            (weights * both * change).sum() / weighed if weighed else 0.0,
            (weights * marked).sum() / weights.sum(),
        ]
    )


def _interval(value: Estimate, unit: float) -> str:
    return f"{value.value * unit:.1f} ({value.low * unit:.1f} to {value.high * unit:.1f})"


if __name__ == "__main__":
    main()
