"""Measure whether faces are found in photos that lie on their side or upside down, and what the search costs.

    python -m benchmarks.photos.turned FOLDER [FOLDER ...] [--most 300] [--positions 4]

A FOLDER contains a folder for each person. Each photo is read in its four positions with the limits of
enrolment. A face in a wrong position is enrolled wrongly if it is also large enough. The costs are
processor time in photos without a face, honest and hostile, relative to one search of the photo as it is.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import DETECTORS, plain_errors
from benchmarks.apparatus.selfie import other_portrait_jpeg
from face_detection.face_detect import Detector, load_detector
from face_detection.mtcnn.stages import QUARTERS
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE
from face_detection.quality import ENROLMENT_LIMITS
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.face_search import FaceSearch
from face_detection.search.turning import turned
from face_detection.values import Photo, Pixels

POSITIONS = ("upright", "on its left side", "upside down", "on its right side")
OUTCOMES = ("as it is", "found", "none", "wrong", "enrolled wrongly")
WAYS = ("certain", "compared once", "compared twice", "searched in all positions")
ROUNDS = 5
SCREEN = (480, 640)  # height and width of the photos whose search is timed
FACE = (slice(90, 360), slice(150, 380))  # rows and columns of the face in the portrait


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--most", default=300, show_default=True, help="Most photos, evenly spread over all.")
@click.option("--positions", default=QUARTERS, show_default=True, type=click.IntRange(1, QUARTERS))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
def main(*, folders: tuple[Path, ...], most: int, positions: int, detector: str) -> None:
    """Measure and print both tables."""
    console = Console(width=110)
    with plain_errors():
        photos = labelled_photos(folders)
        every = np.linspace(0, len(photos) - 1, min(most, len(photos))).round().astype(int)
        loaded = load_detector(detector, Runtime(precision="f32"))
        console.print(_positions_table(loaded, [photos[number] for number in every], positions))
        console.print(_costs_table(loaded))


class CountedDetector:
    """A detector that counts what the search asks of it beside the first detection."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.asked[name] += 1
        return getattr(self._detector, name)

    def way(self) -> str:
        """What one search took; the next one is counted from 0."""
        asked, self.asked = self.asked, Counter()
        return WAYS[3 if asked["detect_again"] else asked["turned_scores"]]


def _positions_table(detector: Detector, photos: Sequence[LabelledPhoto], positions: int) -> Table:
    title = f"{len(photos)} photos, {detector.name}; photos with each outcome"
    table = Table("position", *OUTCOMES, *WAYS, title=title)
    counts: list[Counter[str]] = [Counter() for _ in range(positions)]
    for labelled in photos:
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        for quarters, count in enumerate(counts):
            count.update(_outcomes(detector, turned(photo, quarters), -quarters % QUARTERS))
    for position, count in zip(POSITIONS, counts, strict=False):
        table.add_row(position, *(str(count[column]) for column in (*OUTCOMES, *WAYS)))
    table.caption = "“As it is”: the detector alone finds a face, in the position in which the photo lies."
    return table


def _outcomes(detector: Detector, photo: Photo, upright: int) -> Iterator[str]:
    """What becomes of a photo.

    Args:
        detector: detects faces.
        photo: the photo in some position.
        upright: the quarter turns after which it is upright.
    """
    least = ENROLMENT_LIMITS.confidence
    if any(face.confidence >= least for face in detector.detect(photo)):
        yield "as it is"
    counted = CountedDetector(detector)
    look = FaceSearch(cast("Detector", counted)).find(photo, least)
    yield counted.way()
    faces = [face for face in look.faces if face.confidence >= least]
    if not faces:
        yield "none"
    elif look.quarters == upright:
        yield "found"
    else:
        yield "wrong"
        if max(faces[0].width, faces[0].height) >= ENROLMENT_LIMITS.side:
            yield "enrolled wrongly"


def _costs_table(detector: Detector) -> Table:
    table = Table(
        "640x480", "detector alone, ms", "search, ms", "times", title="Processor time without a face"
    )
    search = FaceSearch(detector)
    for name, pixels in pictures().items():
        photo = Photo(pixels, SCREEN)
        alone = _processor_ms(partial(detector.detect, photo))
        whole = _processor_ms(partial(search.find, photo, ENROLMENT_LIMITS.confidence))
        table.add_row(name, f"{alone:.0f}", f"{whole:.0f}", f"{whole / alone:.1f}")
    return table


def pictures() -> dict[str, Pixels]:
    """Photos without an upright face, and tiles of turned ones, which cost most."""
    height, width = SCREEN
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    face = np.ascontiguousarray(decode(other_portrait_jpeg()).pixels[FACE])
    found = {"grey": np.full_like(noise, 128), "noise": noise}
    for angle in (45, 60, 90, 180):
        for side in (20, 34, 70):
            found[f"faces of {side} px, turned by {angle}°"] = _tiled(face, angle, side)
    return found


def _tiled(face: Pixels, angle: float, side: int) -> Pixels:
    """A picture full of turned copies of a face, ``side`` pixels wide."""
    rows, columns = face.shape[:2]
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1)
    tile = cv2.warpAffine(face, turn, (columns, rows), borderMode=cv2.BORDER_REPLICATE)
    tile = cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)
    height, width = SCREEN
    tiles = np.tile(tile, (height // side + 1, width // side + 1, 1))
    return np.ascontiguousarray(tiles[:height, :width])


def _processor_ms(search: Callable[[], object]) -> float:
    """The least processor time of some rounds, in milliseconds, which other load hardly changes."""
    search()
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        search()
        times.append(time.process_time() - begin)
    return min(times) * 1000


if __name__ == "__main__":
    main()
