"""Measure how fast photos are read for enrolment: decode, detect, assess, embed, and cut out the face.

    python -m benchmarks.enrolment FOLDER [FOLDER ...] [--photos 200] [--engine dlib] [--detector mtcnn]

A FOLDER contains a folder for each person, whose photos are read at the same time, person by person. Excludes
loading the models and writing to the register (a few milliseconds per student).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from attendance.enrolment.photo_reading import read_photos
from benchmarks.apparatus.face_folder import LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import detector_option, engine_option, pipeline_for, plain_errors
from face_detection.pipeline import FacePipeline


@dataclass(frozen=True)
class EnrolmentSpeed:
    """The speed of enrolment.

    Attributes:
        usable: number of photos good enough for a template.
        photos: number of photos.
        seconds: total time.
    """

    usable: int
    photos: int
    seconds: float


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--photos", "most", default=200, show_default=True, type=click.IntRange(min=1))
@engine_option
@detector_option
def main(folders: tuple[Path, ...], most: int, engines: tuple[str, ...], detectors: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console()
    table = Table(title="Reading photos for enrolment")
    for heading in ("engine", "detector"):
        table.add_column(heading)
    for heading in ("photos", "fit to enrol", "photos/s", "ms each"):
        table.add_column(heading, justify="right")
    with plain_errors():
        photos = labelled_photos(folders)[:most]
        for detector in detectors:
            for engine in engines:
                speed = read_all(pipeline_for(engine, detector), photos)
                rate = speed.photos / speed.seconds
                table.add_row(
                    engine,
                    detector,
                    str(speed.photos),
                    str(speed.usable),
                    f"{rate:.1f}",
                    f"{1000 / rate:.0f}",
                )
    console.print(table)


def read_all(pipeline: FacePipeline, photos: Sequence[LabelledPhoto]) -> EnrolmentSpeed:
    """Read the photos of each person, as an enrolment does."""
    usable = 0
    begin = time.perf_counter()
    for _, own in groupby(photos, key=lambda photo: photo.identity):
        read = read_photos(pipeline, {photo.path.name: photo.path.read_bytes() for photo in own}, ())
        usable += len(read.usable)
    return EnrolmentSpeed(usable, len(photos), time.perf_counter() - begin)


if __name__ == "__main__":
    main()
