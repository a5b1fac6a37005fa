"""Measure whether faces in the dark are found and matched better after the photo was made brighter.

    python -m benchmarks.trials.low_light FOLDER [FOLDER ...] [--most 160]

A FOLDER contains a folder for each person. The first photo of each is enrolled as it is; the second one
checks in with a part of the light, with the noise of photons and the sensor. A face that isn't found doesn't
match. False matches are relative to one in a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError, LabelledPhoto, central_face, labelled_photos
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from benchmarks.trials.cells import percent
from benchmarks.trials.disturbances import darkened
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS, judge
from face_detection.values import Embedding, Photo
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.proportions import wilson
from face_matching.thresholds import policy_for

LIGHT = (1, 8, 32, 64, 128, 256)
"""Parts of the light of the original photo: 1, an eighth, …"""

FMR = 1e-3
BRIGHT = 160
"""Level to which `with_gamma` lifts the brightest parts; a photo that has it stays as it is."""

PERCENTILE = 95
"""Percentile of the levels that counts as the brightest parts."""

MOST_GAMMA = 5.0
CLIP_LIMIT, TILES = 3.0, (8, 8)
SEED = 20261129


def as_it_is(photo: Photo) -> Photo:
    """The photo unchanged."""
    return photo


def with_gamma(photo: Photo) -> Photo:
    """The photo with its brightest parts lifted to ``BRIGHT`` by a power of the levels, if darker."""
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    bright = max(2.0, float(np.percentile(grey, PERCENTILE)))
    if bright >= BRIGHT:
        return photo
    exponent = max(1 / MOST_GAMMA, np.log(BRIGHT / 255) / np.log(bright / 255))
    table = (255 * (np.arange(256) / 255) ** exponent).round().astype(np.uint8)
    return Photo(table[photo.pixels], photo.original_size)


def with_clahe(photo: Photo) -> Photo:
    """The photo with the histogram of its lightness equalised in tiles, up to a limit.

    Source: Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.
    """
    lab = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(CLIP_LIMIT, TILES).apply(np.ascontiguousarray(lab[:, :, 0]))
    return Photo(np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8), photo.original_size)


@dataclass(frozen=True)
class WayOfReading:
    """One way of reading a photo.

    Attributes:
        name: in the table.
        lift: makes the photo brighter before detection.
        embeds_lifted: whether the embedding is that of the brighter photo, too.
    """

    name: str
    lift: Callable[[Photo], Photo]
    embeds_lifted: bool


WAYS = (
    WayOfReading("as it is", as_it_is, embeds_lifted=False),
    WayOfReading("gamma, detection only", with_gamma, embeds_lifted=False),
    WayOfReading("gamma", with_gamma, embeds_lifted=True),
    WayOfReading("CLAHE, detection only", with_clahe, embeds_lifted=False),
    WayOfReading("CLAHE", with_clahe, embeds_lifted=True),
)


@dataclass(frozen=True, eq=False)
class InTheDark:
    """What was read of dark photos.

    Attributes:
        found: share in which the face was found.
        matched: share that matches the person's own enrolled photo.
        false: share of matches with other people's, relative to ``FMR``.
        too_dark: share that the limits of check-ins reject as too dark.
    """

    found: Estimate
    matched: Estimate
    false: float
    too_dark: Estimate


def read_dark(
    pipeline: FacePipeline,
    way: WayOfReading,
    photos: Sequence[Photo],
    enrolled: Sequence[Embedding],
    threshold: float,
) -> InTheDark:
    """Read photos in one way and compare them with everybody's enrolled photo.

    Args:
        pipeline: detects and embeds.
        way: how.
        photos: a dark photo of each person.
        enrolled: the embedding of another photo of each, in the same order.
        threshold: from which two photos match.
    """
    gallery = np.stack(enrolled)
    found = matched = false = too_dark = 0
    for own, photo in enumerate(photos):
        lifted = way.lift(photo)
        face = central_face(lifted, pipeline.detector.detect(lifted))
        if face is None:
            continue
        found += 1
        too_dark += PhotoProblem.TOO_DARK in judge(photo, face, CHECK_IN_LIMITS)[0]
        row = pipeline.engine.embed(lifted if way.embeds_lifted else photo, [face])[0]
        passing = gallery @ row >= threshold
        matched += bool(passing[own])
        false += int(passing.sum()) - int(passing[own])
    count = len(photos)
    rate = false / max(1, found * (count - 1)) / FMR
    return InTheDark(wilson(found, count), wilson(matched, count), rate, wilson(too_dark, count))


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--most", default=160, show_default=True, help="Most people.")
@click.option("--engine", default="retail", show_default=True)
def main(*, folders: tuple[Path, ...], most: int, engine: str) -> None:
    """Measure and print the table."""
    console = Console(width=120)
    with plain_errors():
        pairs = first_two(labelled_photos(folders))[:most]
        pipeline = pipeline_for(engine, "mtcnn")
        threshold = policy_for(pipeline.engine_name, pipeline.detector_name).search.at(FMR)
        people = [
            (row, photo) for row, photo in (_read(pipeline, *pair) for pair in pairs) if row is not None
        ]
        if not people:
            raise BenchmarkError("nobody has a photo that can be enrolled, and another one")
        enrolled = [row for row, _ in people]
        table = Table("light", "way", "found %", "matches %", "false matches", "too dark %")
        table.title = f"{len(people)} people, {pipeline.engine_name}, threshold {threshold:.3f} (FMR {FMR:g})"
        for part in LIGHT:
            rng = np.random.default_rng(SEED)
            photos = [photo if part == 1 else darkened(photo, 1 / part, rng) for _, photo in people]
            for way in WAYS:
                seen = read_dark(pipeline, way, photos, enrolled, threshold)
                cells = (f"{seen.false:.1f} x", percent(seen.too_dark))
                table.add_row(f"1/{part}", way.name, percent(seen.found), percent(seen.matched), *cells)
            table.add_section()
    console.print(table)


def first_two(photos: Sequence[LabelledPhoto]) -> list[tuple[Path, Path]]:
    """The first two photos of everybody who has two."""
    own: dict[str, list[Path]] = {}
    for photo in photos:
        own.setdefault(photo.identity, []).append(photo.path)
    return [(paths[0], paths[1]) for paths in own.values() if len(paths) > 1]


def _read(pipeline: FacePipeline, enrolled: Path, probe: Path) -> tuple[Embedding | None, Photo]:
    photo = decode(enrolled.read_bytes())
    face = central_face(photo, pipeline.detector.detect(photo))
    row = None if face is None else pipeline.engine.embed(photo, [face])[0]
    return row, decode(probe.read_bytes())


if __name__ == "__main__":
    main()
