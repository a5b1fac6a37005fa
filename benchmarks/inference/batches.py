"""What a face costs when several are embedded at the same time, one by one and in shared batches.

    python -m benchmarks.inference.batches [--engine retail] [--precision bf16] [--rounds 7]

Threads embed one chip after another, with the network alone, and through the scheduler that joins them
(`face_detection/batching/scheduler.py`) without a wait and with one of 2 ms, in turn.
"""

from __future__ import annotations

import os
from functools import partial

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.inference.callers import Compute, compared
from face_detection.batching.scheduler import InferenceScheduler
from face_detection.dlib.engine import DlibEngine
from face_detection.engines.model_files import NETWORKS, ModelFiles
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import BATCH, Engine, NetworkEngine
from face_detection.retail.engine import RetailEngine
from face_detection.runtime.openvino_runtime import Precision, Runtime

CALLERS = (1, 2, 4, 8, 16)
WAITS = {"batches": 0.0, "batches, 2 ms": 0.002}
QUEUE = 64
SIDES: dict[type[Engine], int] = {RetailEngine: 128, DlibEngine: 150, FaceNetEngine: 160}


@click.command(help=__doc__)
@click.option("--engine", "engines", multiple=True, type=click.Choice(list(NETWORKS)), default=list(NETWORKS))
@click.option(
    "--precision", "precisions", multiple=True, type=click.Choice(["f32", "bf16"]), default=["bf16", "f32"]
)
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1))
@click.option("--calls", default=48, show_default=True, type=click.IntRange(1), help="In each round, of all.")
def main(engines: tuple[str, ...], precisions: tuple[Precision, ...], rounds: int, calls: int) -> None:
    """Measure and print the table."""
    table = Table(title="A face, in ms: processor time; from call to result; and faces a second")
    for heading in ("engine", "precision", "threads", "way", "processor", "latency", "a second"):
        table.add_column(heading)
    with plain_errors():
        for name in engines:
            for precision in precisions:
                ways = ways_of(name, precision)
                for callers in CALLERS:
                    costs = compared(ways, callers, rounds, max(2, calls // callers))
                    for way, cost in costs.items():
                        table.add_row(name, precision, str(callers), way, *cost.cells)
    Console(width=110).print(table)


def ways_of(name: str, precision: Precision) -> dict[str, Compute]:
    """What one caller does in each way, each done once already."""
    settings = Settings.from_env(os.environ)
    files = ModelFiles(settings.models, settings.facenet_weights, settings.retail_model)
    files.prepare(NETWORKS[name])
    kind = next(each for each in SIDES if each.name == NETWORKS[name])
    engine = kind(Runtime("CPU", precision), settings.models)
    assert isinstance(engine, NetworkEngine)
    engine.load()
    chip = np.random.default_rng(1).integers(0, 256, (1, SIDES[kind], SIDES[kind], 3), np.uint8)
    ways: dict[str, Compute] = {"alone": partial(engine.embed_batch, chip)}
    for way, seconds in WAITS.items():
        ways[way] = partial(InferenceScheduler(engine.embed_batch, BATCH, seconds, QUEUE), chip)
    for compute in ways.values():
        compute()
    return ways


if __name__ == "__main__":
    main()
