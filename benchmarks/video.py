"""How many frames of a video can be looked at in a second: faces found, followed, embedded when due, decided.

    python -m benchmarks.video [--seconds 20] [--engine facenet] [--faces 3]

Faces of about 100 px walk about in frames of 640x480, 15 to a second, as before a webcam. The whole way of
a frame through ``attendance.recognition.face_tracking`` is measured, in turn with each other: every face of
every frame embedded; embedded when due; the same with faces looked for only nearby in two of three frames,
as ``watch`` does; and finding them alone. In f32 and, where the processor computes in it, bf16. Of three
faces two are one person's, so that they stay in doubt, which takes the most looks. "CPU" is what all
threads of the process took together: it says more than the time on a machine that is busy with other
things.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import click
import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from attendance.recognition.face_tracking import WHOLE_EVERY, FaceTracker
from benchmarks.apparatus.recognition import engine_option, pipeline_for, plain_errors
from benchmarks.apparatus.selfie import AROUND_THE_FACE, other_portrait_jpeg, portrait_jpeg
from benchmarks.check_in import precisions
from face_detection.pipeline import FacePipeline
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.values import Photo
from face_matching.evaluation.bootstrap import SEED
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for
from face_matching.track_evidence import EvidenceRules

WIDTH, HEIGHT = 640, 480
PER_SECOND = 15
TILE = 190  # pixels of a portrait in the frame; its face has about 100
WALL = (150, 145, 140)
CLASS = 60
WARM_UP = 5
CONSOLE_WIDTH = 110
ALWAYS = EvidenceRules(decide_at=(1_000_000,), pauses=(0.0,), check_again=0.0)
"""Each face is embedded in each frame."""


@dataclass(frozen=True)
class Taken:
    """What one frame took.

    Attributes:
        seconds: on the clock.
        cpu: seconds of all threads of the process together.
    """

    seconds: float
    cpu: float


EVERY, OURS, FOUND = "every face embedded", "when due", "found alone"
NEAR = "when due, nearby"


@click.command(help=__doc__)
@click.option("--seconds", default=20, show_default=True, type=click.IntRange(min=2), help="Of video.")
@click.option("--faces", default=3, show_default=True, type=click.IntRange(1, 6))
@engine_option
def main(seconds: int, faces: int, engines: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console(width=CONSOLE_WIDTH)
    title = f"{WIDTH}x{HEIGHT}, {faces} faces, a class of {CLASS}"
    table = Table("engine", "precision", "way", title=title, caption=f"{os.cpu_count()} cores, means")
    for heading in ("ms a frame", "frames a second", "times as fast", "CPU ms", "times less"):
        table.add_column(heading, justify="right")
    frames = walk(faces, seconds)
    with plain_errors():
        for engine in engines:
            for precision in precisions():
                pipeline = pipeline_for(engine, "mtcnn", precision)
                measured = measure(pipeline, track(frames, precision, console=console, transient=True))
                for way, taken in measured.items():
                    table.add_row(pipeline.engine_name, precision, way, *_cells(taken, measured[EVERY]))
    console.print(table)


def _cells(taken: Taken, every: Taken) -> tuple[str, ...]:
    return (
        f"{taken.seconds * 1000:.1f}",
        f"{1 / taken.seconds:.1f}",
        f"{every.seconds / taken.seconds:.2f}",
        f"{taken.cpu * 1000:.1f}",
        f"{every.cpu / taken.cpu:.2f}",
    )


def walk(faces: int, seconds: int) -> list[Photo]:
    """The frames of people who walk about."""
    eileen = Image.open(io.BytesIO(portrait_jpeg())).crop(AROUND_THE_FACE)
    grace = Image.open(io.BytesIO(other_portrait_jpeg())).crop((100, 20, 430, 350))
    cast = [eileen, grace, eileen.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    tiles = [cast[number % len(cast)].resize((TILE, TILE * 3 // 4)) for number in range(faces)]
    rng = np.random.default_rng(SEED)
    starts, speeds = rng.uniform(0, 1, (faces, 2)), rng.uniform(0.02, 0.06, (faces, 2))
    frames = []
    for number in range(seconds * PER_SECOND):
        frame = Image.new("RGB", (WIDTH, HEIGHT), WALL)
        for place, tile in enumerate(tiles):
            share = np.abs((starts[place] + speeds[place] * number / PER_SECOND) % 2 - 1)
            columns = WIDTH / min(faces, 3)
            x = place % 3 * columns + share[0] * (columns - tile.width)
            y = place // 3 * HEIGHT / 2 + share[1] * (HEIGHT / 2 - tile.height)
            frame.paste(tile, (round(x), round(y)))
        frames.append(Photo(np.asarray(frame), (HEIGHT, WIDTH)))
    return frames


def measure(pipeline: FacePipeline, frames: Iterable[Photo]) -> dict[str, Taken]:
    """What a frame takes in each way: the mean, as of ours most frames embed nothing and a few do."""
    policy, gallery = policy_for(pipeline.engine_name, "mtcnn"), gallery_of(pipeline)
    ours = FaceTracker(pipeline.room, gallery, policy)
    near = FaceTracker(pipeline.room, gallery, policy, whole_every=WHOLE_EVERY)
    every = FaceTracker(pipeline.room, gallery, policy, rules=ALWAYS)
    ways: dict[str, Callable[[Photo, float], object]] = {
        EVERY: every.look,
        OURS: ours.look,
        NEAR: near.look,
        FOUND: lambda frame, _at: pipeline.room.find(frame),
    }
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for number, frame in enumerate(frames):
        for way, look in ways.items():
            begun, cpu = time.perf_counter(), time.process_time()
            look(frame, number / PER_SECOND)
            taken[way].append((time.perf_counter() - begun, time.process_time() - cpu))
    return {way: Taken(*np.mean(each[WARM_UP:], axis=0).tolist()) for way, each in taken.items()}


def gallery_of(pipeline: FacePipeline) -> Gallery:
    """A class with the two portraits in it, and people made of chance."""
    rng = np.random.default_rng(SEED)
    rows = rng.normal(size=(CLASS, pipeline.dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for place, portrait in enumerate((portrait_jpeg(), other_portrait_jpeg())):
        embedding = pipeline.read(portrait, CHECK_IN_LIMITS).embedding
        assert embedding is not None, "the packages' portraits are good ones"
        rows[place] = embedding
    return Gallery.build(pipeline.engine_name, [f"student {number}" for number in range(CLASS)], rows)


if __name__ == "__main__":
    main()
