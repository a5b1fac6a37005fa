"""Measure the frame rate of tracking: detect, track, embed when due, decide.

    python -m benchmarks.video [--seconds 20] [--engine facenet] [--faces 3]

Faces of about 100 px move about in frames of 640x480 at 15 frames per second, as in front of a webcam.
Measures ``attendance.recognition.face_tracking`` in turn: with all faces of all frames embedded; embedded
when due; the same with detection only near the tracks in two of three frames, as ``watch`` does; and
detection alone. In f32 and, if the processor supports it, bf16. Two of three faces are of one person, so that
they stay in doubt, which needs the most observations. "CPU" is the time of all threads of the process
together, which is more reliable than elapsed time on a busy machine.
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
from face_matching.tracks.evidence_rules import EvidenceRules

WIDTH, HEIGHT = 640, 480
PER_SECOND = 15
TILE = 190  # side of a portrait in the frame in pixels; its face has about 100
WALL = (150, 145, 140)
CLASS = 60
WARM_UP = 5
CONSOLE_WIDTH = 110
ALWAYS = EvidenceRules(decide_at=(1_000_000,), pauses=(0.0,), check_again=0.0)
"""Rules by which each face is embedded in each frame."""


@dataclass(frozen=True)
class Taken:
    """The time for one frame.

    Attributes:
        seconds: elapsed time.
        cpu: processor time of all threads, in seconds.
    """

    seconds: float
    cpu: float


EVERY, OURS, FOUND = "every face embedded", "when due", "detection alone"
NEAR = "when due, nearby"


@click.command(help=__doc__)
@click.option(
    "--seconds", default=20, show_default=True, type=click.IntRange(min=2), help="Length of the video."
)
@click.option("--faces", default=3, show_default=True, type=click.IntRange(1, 6))
@engine_option
def main(seconds: int, faces: int, engines: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console(width=CONSOLE_WIDTH)
    title = f"{WIDTH}x{HEIGHT}, {faces} faces, a class of {CLASS}"
    table = Table("engine", "precision", "way", title=title, caption=f"{os.cpu_count()} cores, means")
    for heading in ("ms per frame", "frames/s", "times as fast", "CPU ms", "times less"):
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
    """Frames of people who move about."""
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
            position = np.abs((starts[place] + speeds[place] * number / PER_SECOND) % 2 - 1)
            columns = WIDTH / min(faces, 3)
            x = place % 3 * columns + position[0] * (columns - tile.width)
            y = place // 3 * HEIGHT / 2 + position[1] * (HEIGHT / 2 - tile.height)
            frame.paste(tile, (round(x), round(y)))
        frames.append(Photo(np.asarray(frame), (HEIGHT, WIDTH)))
    return frames


def measure(pipeline: FacePipeline, frames: Iterable[Photo]) -> dict[str, Taken]:
    """The mean time per frame for each method; only few frames of our method embed faces."""
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
    """A class with the two portraits and random templates."""
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
