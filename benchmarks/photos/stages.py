"""Measure the stages of reading the photo of a check-in: decoding, finding, assessing and embedding its face.

    python -m benchmarks.photos.stages [--phone | --photo FILE] [--engine retail] [--rounds 100]

The photo is a 1280x960 JPEG of a selfie, with ``--phone`` one of 800 px as the phone's page sends it, or a
FILE. All stages run in turn in each round, in f32 and, if the processor supports it, bf16. "At all levels" is
the search that leaves no levels of the pyramid out. The processor time is that of this process, so of
decoding it has only the part outside the decoder's process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.recognition import ENGINES, pipeline_for, plain_errors
from benchmarks.apparatus.selfie import selfie_jpeg, sent_jpeg
from benchmarks.check_in import precisions
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.quality import CHECK_IN_LIMITS, assess
from face_detection.search.face_search import FaceSearch

WARM_UP = 5
WIDTH = 110


@click.command(help=__doc__)
@click.option("--photo", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--phone", is_flag=True, help="A selfie of 800 px, as the phone's page sends it.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--rounds", default=100, show_default=True, type=click.IntRange(min=1))
def main(photo: Path | None, engine: str, rounds: int, *, phone: bool) -> None:
    """Measure and print the table."""
    made = sent_jpeg if phone else selfie_jpeg
    data = made() if photo is None else photo.read_bytes()
    table = Table("stage", title=f"Reading a photo of {len(data) / 1000:.0f} kB with {engine}, medians")
    columns: list[dict[str, str]] = []
    with plain_errors():
        for precision in precisions():
            stages = stages_of(pipeline_for(engine, "mtcnn", precision), data)
            columns.append(measured(stages, rounds))
            table.add_column(f"{precision}: ms (processor time)", justify="right")
    for stage in columns[0]:
        table.add_row(stage, *(column[stage] for column in columns))
    Console(width=WIDTH).print(table)


def stages_of(pipeline: FacePipeline, data: bytes) -> dict[str, Callable[[], object]]:
    """The stages of reading one photo, each alone, and all of them.

    Raises:
        BenchmarkError: the photo shows no face that can be used.
    """
    search, limits = FaceSearch(pipeline.detector), CHECK_IN_LIMITS
    photo = decode(data, longest_side=QUICK_SIDE)
    look = search.find(photo, limits.confidence, limits.second_face)
    face = assess(look.photo, look.faces, limits).face
    if face is None:
        raise BenchmarkError("the photo shows no face that can be used")
    return {
        "decode": lambda: decode(data, longest_side=QUICK_SIDE),
        "find the face": lambda: search.find(photo, limits.confidence, limits.second_face),
        "... at all levels": lambda: search.find(photo, limits.confidence),
        "assess its quality": lambda: assess(look.photo, look.faces, limits),
        "align and embed it": lambda: pipeline.embed(look.photo, [face]),
        "all of it": lambda: pipeline.read(data, limits),
    }


def measured(stages: dict[str, Callable[[], object]], rounds: int) -> dict[str, str]:
    """Medians of each stage, run in turn: milliseconds, and those of processor time."""
    seconds = np.zeros((WARM_UP + rounds, len(stages), 2))
    for own in seconds:
        for times, run in zip(own, stages.values(), strict=True):
            begin = time.perf_counter(), time.process_time()
            run()
            times[:] = time.perf_counter() - begin[0], time.process_time() - begin[1]
    medians = 1000 * np.median(seconds[WARM_UP:], axis=0)
    return {stage: f"{wall:.2f} ({busy:.2f})" for stage, (wall, busy) in zip(stages, medians, strict=True)}


if __name__ == "__main__":
    main()
