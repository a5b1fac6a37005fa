"""Measure the search of a gallery, as a check-in makes it.

    python -m benchmarks.search [--templates 10000] [--each 2]

Uses random embeddings and a single thread; times are of the processor. "Built" is the gallery made of all
templates, as after a start; "first" the first search in it, which finds the neighbours that it needs; "one
more" the gallery made again with another student, and the first search in that. How the search of a whole
school grows to a million templates is measured by ``python -m benchmarks.site.growth``.
"""

from __future__ import annotations

import time
from statistics import median

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from face_matching.decision import DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.site_index.candidate_search import identify
from face_matching.thresholds import policy_for

DIMENSIONS = {"retail-1": 256, "both-1": 640, "facenet-1": 512, "dlib-1": 128}
REPEATS = 300


@click.command(help=__doc__)
@click.option(
    "--templates", default=(60, 1000, 10_000), show_default=True, multiple=True, type=click.IntRange(min=1)
)
@click.option(
    "--each", default=1, show_default=True, type=click.IntRange(min=1), help="Templates per student."
)
def main(templates: tuple[int, ...], each: int) -> None:
    """Measure and print the table."""
    table = Table("engine", "templates", "students", title="One search")
    for heading in ("median ms", "95th percentile ms", "built ms", "first ms", "one more ms"):
        table.add_column(heading, justify="right")
    for engine, dimension in DIMENSIONS.items():
        for count in templates:
            policy = policy_for(engine, "mtcnn")
            rows, owners = random_templates(dimension, count + 1, each)
            begin = time.process_time()
            before = Gallery.build(engine, owners[:count], rows[:count])
            built = (time.process_time() - begin) * 1000
            first = _milliseconds(policy, before, rows[0])
            begin = time.process_time()
            gallery = Gallery.build(engine, owners, rows, previous=before)
            one_more = (time.process_time() - begin) * 1000 + _milliseconds(policy, gallery, rows[0])
            times = [_milliseconds(policy, gallery, rows[0]) for _ in range(REPEATS)]
            cells = (median(times), float(np.quantile(times, 0.95)), built, first, one_more)
            table.add_row(engine, str(count), str(before.students), *(f"{cell:.2f}" for cell in cells))
    Console().print(table)


def random_templates(dimension: int, count: int, each: int) -> tuple[np.ndarray, list[str]]:
    """Random templates, ``(count, dimension)`` float32 of length 1, and their students."""
    rows = np.random.default_rng(0).normal(size=(count, dimension))
    unit = np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
    return unit, [f"s{number // each:06}" for number in range(count)]


def _milliseconds(policy: DecisionPolicy, gallery: Gallery, probe: np.ndarray) -> float:
    begin = time.process_time()
    identify(policy, gallery, probe)
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
