"""Measure a check-in, from the bytes of a photo to a verdict with the mark on disk.

    python -m benchmarks.check_in [--students 1000] [--rounds 20] [--engine facenet]

A 1280x960 JPEG goes through ``attendance.marks.check_in`` with an SQLite register in a temporary folder, in a
separate process for each engine and precision (bf16 if the processor supports it). The reference runs in turn
with them: the ``mtcnn`` package, then keras-facenet's own ``crop`` and ``embeddings()``, without a search.
The figures are medians. The reference uses ``FACENET_WEIGHTS``, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import DETECTORS, engine_option, plain_errors
from benchmarks.apparatus.reference_stack import ReferenceStack
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.serving import Reading, Serving, ServingProcess
from benchmarks.apparatus.turns import in_turn, seconds_of
from face_detection.runtime.openvino_core import core
from face_detection.runtime.openvino_runtime import Precision

WARM_UP = 3
WIDTH = 110
MEGABYTE = 1_000_000


@click.command(help=__doc__)
@click.option("--students", default=1000, show_default=True, type=click.IntRange(min=2))
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
@engine_option
def main(students: int, rounds: int, detector: str, engines: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    served = [
        Serving(engine, detector, precision, students) for engine in engines for precision in precisions()
    ]
    with plain_errors(), ExitStack() as stack:
        # Started before TensorFlow is loaded, one by one, so that only one loads models at a time.
        processes = []
        for serving in served:
            processes.append(stack.enter_context(ServingProcess(serving)))
            processes[-1].wait_until_ready()
        console.print("Loading the reference stack (TensorFlow) ...")
        reference = ReferenceStack(Settings.from_env(os.environ).facenet_weights)
        selfie = selfie_jpeg()
        ways: list[Callable[[], Reading]] = [partial(_embed, reference, selfie)]
        of_reference, *readings = in_turn(ways + [each.check_in for each in processes], rounds, WARM_UP)
        memory = [process.peak_memory() for process in processes]
    seconds = median(reading.seconds for reading in of_reference)
    console.print(_table(served, readings, memory, seconds, len(selfie)))


def precisions() -> tuple[Precision, ...]:
    """What to measure in: f32 always, bf16 where OpenVINO says that the processor computes in it."""
    ways = core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("f32", "bf16") if "BF16" in ways else ("f32",)


def _embed(reference: ReferenceStack, photo: bytes) -> Reading:
    return Reading(seconds_of(partial(reference.embed, photo)), "(embedding)")


def _table(
    served: Sequence[Serving],
    readings: Sequence[Sequence[Reading]],
    memory: Sequence[int | None],
    reference: float,
    size: int,
) -> Table:
    table = Table(title=f"One check-in, {served[0].students} students, 1280x960 JPEG of {size / 1000:.0f} kB")
    for heading in ("stack", "precision", "verdict"):
        table.add_column(heading)
    for heading in ("median ms", "slowest ms", "times as fast", "peak MB"):
        table.add_column(heading, justify="right")
    table.add_row("mtcnn + keras-facenet", "f32", "(embedding)", f"{reference * 1000:.0f}", "", "1", "")
    for serving, own, peak in zip(served, readings, memory, strict=True):
        times = [reading.seconds for reading in own]
        table.add_row(
            f"{serving.detector} + {serving.engine}",
            serving.precision,
            ", ".join(sorted({reading.verdict for reading in own})),
            f"{median(times) * 1000:.1f}",
            f"{max(times) * 1000:.1f}",
            f"{reference / median(times):.1f}",
            "?" if peak is None else f"{peak / MEGABYTE:.0f}",
        )
    return table


if __name__ == "__main__":
    main()
