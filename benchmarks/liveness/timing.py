"""Measure what a burst adds to a check-in: reading its frames, judging the movement, embedding each face.

    python -m benchmarks.liveness.timing [--engine retail] [--rounds 30]

Frames of 320 pixels show a portrait with a camera's noise and a trembling hand. They are read in turn with
the photo of the same check-in and with the reference: the ``mtcnn`` package, then keras-facenet's own
``crop`` and ``embeddings()``. Figures are medians; on a busy machine the relative ones count. The reference
uses ``FACENET_WEIGHTS``, too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from io import BytesIO

import click
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import DETECTORS, pipeline_for, plain_errors
from benchmarks.apparatus.reference_stack import ReferenceStack
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.turns import medians
from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.liveness.burst_reader import FRAME_SIDE, BurstReader
from face_detection.liveness.movement import judge_movement
from face_detection.liveness.values import Turn
from face_detection.pipeline import FacePipeline
from face_detection.quality import CHECK_IN_LIMITS

FRAMES = (8, 16)
GAP_MS = 200
QUALITY = 70
TREMBLE = 4
"""Pixels by which the hand moves."""

WARM_UP = 3
PHOTO, REFERENCE = "the photo of the check-in", "mtcnn + keras-facenet, a photo"


@click.command(help=__doc__)
@click.option("--engine", default="dlib", show_default=True, type=click.Choice(list(ENGINE_NAMES)))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(min=1))
def main(engine: str, detector: str, rounds: int) -> None:
    """Measure and print the table."""
    console = Console(width=110)
    with plain_errors():
        pipeline = pipeline_for(engine, detector)
        begin = time.perf_counter()
        pipeline.bursts.load()
        loading = time.perf_counter() - begin
        reference = ReferenceStack(Settings.from_env(os.environ).facenet_weights)
        selfie = selfie_jpeg()
        ways = {REFERENCE: lambda: reference.embed(selfie), **steps(pipeline, selfie)}
        seconds = medians(ways, rounds, WARM_UP)
    console.print(_table(pipeline.bursts, seconds))
    console.print(f"Loading the face mesh took {loading * 1000:.0f} ms, once.")
    for count in FRAMES:
        console.print(f"{count} frames have {sum(map(len, burst(selfie, count))) / 1000:.0f} kB.")


def steps(pipeline: FacePipeline, selfie: bytes) -> dict[str, Callable[[], object]]:
    """What is timed, by its name in the table."""

    def read(frames: list[bytes]) -> None:
        reading = pipeline.bursts.read(frames, range(0, GAP_MS * len(frames), GAP_MS))
        judge_movement(reading, [Turn.LEFT])
        for frame in reading.frames:
            pipeline.embed(frame.photo, [frame.face])

    bursts = {f"a burst of {count} frames": burst(selfie, count) for count in FRAMES}
    return {
        PHOTO: lambda: pipeline.read(selfie, CHECK_IN_LIMITS),
        **{name: lambda frames=frames: read(frames) for name, frames in bursts.items()},  # type: ignore[misc]
    }


def burst(selfie: bytes, count: int) -> list[bytes]:
    """Frames of a check-in, each with a noise and a place of its own."""
    noise = np.random.default_rng(1)
    image = Image.open(BytesIO(selfie)).convert("RGB")
    image.thumbnail((FRAME_SIDE, FRAME_SIDE))
    pixels = np.asarray(image, np.float64)
    frames = []
    for _ in range(count):
        moved = np.roll(pixels, noise.integers(-TREMBLE, TREMBLE + 1, 2), axis=(0, 1))
        noisy = np.clip(moved + noise.normal(0, 2, moved.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(out := BytesIO(), "JPEG", quality=QUALITY)
        frames.append(out.getvalue())
    return frames


def _table(bursts: BurstReader, seconds: Mapping[str, float]) -> Table:
    measures = "five points and the face mesh" if bursts.has_mesh else f"five points ({bursts.mesh_note})"
    table = Table(title=f"What a burst adds to a check-in, judged by {measures}")
    table.add_column("what")
    for heading in ("median ms", "times the photo", "part of the reference"):
        table.add_column(heading, justify="right")
    for name, each in seconds.items():
        table.add_row(
            name, f"{each * 1000:.1f}", f"{each / seconds[PHOTO]:.1f}", f"{each / seconds[REFERENCE]:.2f}"
        )
    return table


if __name__ == "__main__":
    main()
