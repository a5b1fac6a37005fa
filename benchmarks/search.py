"""Measure the search of a gallery.

    python -m benchmarks.search [--templates 10000] [--each 2]

Uses random embeddings and a single thread.
"""

from __future__ import annotations

import time
from statistics import median

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from face_matching.gallery import Gallery

DIMENSIONS = {"retail-1": 256, "both-1": 640, "facenet-1": 512, "dlib-1": 128}
REPEATS = 300


@click.command(help=__doc__)
@click.option(
    "--templates", default=(1000, 10_000), show_default=True, multiple=True, type=click.IntRange(min=1)
)
@click.option(
    "--each", default=1, show_default=True, type=click.IntRange(min=1), help="Templates per student."
)
def main(templates: tuple[int, ...], each: int) -> None:
    """Measure and print the table."""
    table = Table("engine", "templates", "students", title="One search")
    for heading in ("median ms", "95th percentile ms"):
        table.add_column(heading, justify="right")
    for engine, dimension in DIMENSIONS.items():
        for count in templates:
            gallery, probe = random_gallery(engine, dimension, count, each)
            times = []
            for _ in range(REPEATS):
                begin = time.perf_counter()
                gallery.search(probe)
                times.append((time.perf_counter() - begin) * 1000)
            spread = f"{np.quantile(times, 0.95):.2f}"
            table.add_row(engine, str(count), str(gallery.students), f"{median(times):.2f}", spread)
    Console().print(table)


def random_gallery(engine: str, dimension: int, count: int, each: int) -> tuple[Gallery, np.ndarray]:
    """A gallery of random templates, and one of them as the probe: ``(D,)`` float32."""
    rows = np.random.default_rng(0).normal(size=(count, dimension))
    unit = np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
    return Gallery.build(engine, [f"s{number // each:06}" for number in range(count)], unit), unit[0]


if __name__ == "__main__":
    main()
