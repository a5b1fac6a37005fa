"""What reading a photo costs when several are read at once: each run on all cores, and on one beside others.

    python -m benchmarks.inference.threads [--engine retail] [--precision bf16] [--rounds 7]

Threads decode photos, find the face and embed it, in turn with two pipelines of the same networks: one whose
runs always use all cores, and one as the server has it (`face_detection/runtime/openvino_runtime.py`).
"""

from __future__ import annotations

import itertools
import os

import click
from rich.console import Console
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.inference.callers import Compute, compared
from benchmarks.rush.faces import people_of, phone_picture
from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.face_detect import load_detector
from face_detection.pipeline import ENGINES, FacePipeline, prepare_models
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.runtime.openvino_runtime import Precision, Runtime

CALLERS = (1, 2, 4, 8)
WAYS = {"all cores": False, "one core beside others": True}


@click.command(help=__doc__)
@click.option("--engine", default="retail", show_default=True, type=click.Choice(list(ENGINE_NAMES)))
@click.option("--precision", default="bf16", show_default=True, type=click.Choice(["f32", "bf16"]))
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1))
@click.option("--photos", default=16, show_default=True, type=click.IntRange(1), help="In each round.")
def main(engine: str, precision: Precision, rounds: int, photos: int) -> None:
    """Measure and print the table."""
    table = Table(title=f"A photo in ms, {engine}, {precision}: processor; latency; photos a second")
    for heading in ("threads", "way", "processor", "latency", "a second"):
        table.add_column(heading)
    with plain_errors():
        ways = {name: reader(engine, precision, company=company) for name, company in WAYS.items()}
        for callers in CALLERS:
            for compute in ways.values():  # compiles for company
                compared({"": compute}, max(CALLERS), 1, 2)
            for way, cost in compared(ways, callers, rounds, max(2, photos // callers)).items():
                table.add_row(str(callers), way, *cost.cells)
    Console(width=110).print(table)


def reader(engine: str, precision: Precision, *, company: bool) -> Compute:
    """Reads the phones' pictures of two people in turn."""
    settings, name = Settings.from_env(os.environ), ENGINE_NAMES[engine]
    weights, model = settings.facenet_weights, settings.retail_model
    prepare_models(name, models=settings.models, facenet_weights=weights, retail_model=model)
    runtime = Runtime("CPU", precision, company=company)
    engine_in_use = ENGINES[name](runtime, settings.models)
    pipeline = FacePipeline(load_detector("mtcnn", runtime), engine_in_use, runtime)
    pipeline.warm_up()
    photos = itertools.cycle([phone_picture(person.other).photo for person in people_of((), 2)])
    return lambda: pipeline.read(next(photos), CHECK_IN_LIMITS)


if __name__ == "__main__":
    main()
