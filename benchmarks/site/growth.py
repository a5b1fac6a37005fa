"""Measure how searching a whole school grows with it: the exact matrix, and the FAISS index.

    python -m benchmarks.site.growth [--templates 1000000] [--plot FILE]

Templates are made up: photos of people who vary along 256 directions of falling strength. The table says how
hard they are: the similarity of two photos of one person (mean, and what 1 % of them fall below), and that of
a photo to the nearest other person. Each of 1,000 searches is another photo of somebody in the index.
"Found" is the share of searches in which the index returns the same nearest template as the matrix. Times are
the medians of one search at a time, on one processor; memory is that of the index with the templates in it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.site.growth_plot import growth_plot
from benchmarks.site.made_up_people import people, photos
from face_matching.similarity import Embeddings, products
from face_matching.site_index.site_index import SiteIndex

ENGINE = "retail-1"
SIZES = (100, 1000, 10_000, 100_000, 1_000_000)
SEARCHES = 1000
TIMED = 200
CHANGED = 10  # templates that are added and removed at once
SEED = 11
WIDTH = 130


@dataclass(frozen=True)
class GrowthRow:
    """What was measured with one number of templates; times in milliseconds.

    Attributes:
        genuine, worst: similarity of two photos of a person, mean and 1 % quantile.
        other: mean similarity to the nearest other person.
        found: share of searches whose nearest template the index found.
    """

    templates: int
    genuine: float
    worst: float
    other: float
    exact: float
    index: float
    slow_index: float
    found: float
    built: float
    added: float
    removed: float
    megabytes: float


@click.command(help=__doc__)
@click.option(
    "--templates", default=(), multiple=True, type=click.IntRange(min=20), help="Sizes; all if none."
)
@click.option("--plot", type=click.Path(path_type=Path), help="Where to write the plot, as SVG.")
def main(templates: tuple[int, ...], plot: Path | None) -> None:
    """Measure, print the table and draw the plot."""
    console = Console(width=WIDTH)
    rows = []
    for count in templates or SIZES:
        rows.append(measure(count))
        console.print(f"{count:,} done", style="dim")
    table = Table("templates", title="Search of a whole school")
    for heading in (
        *("same person", "1 %", "nearest other", "matrix ms", "index ms", "95 % ms", "found %"),
        *("built s", "10 added ms", "10 removed ms", "MB"),
    ):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            f"{row.templates:,}",
            *(f"{each:.2f}" for each in (row.genuine, row.worst, row.other)),
            *(f"{each:.2f}" for each in (row.exact, row.index, row.slow_index)),
            f"{row.found * 100:.1f}",
            *(f"{each:.1f}" for each in (row.built / 1000, row.added, row.removed)),
            f"{row.megabytes:.0f}",
        )
    console.print(table)
    if plot is not None:
        lines = {
            "exact matrix": [(row.templates, row.exact) for row in rows],
            "FAISS index": [(row.templates, row.index) for row in rows],
        }
        plot.write_text(growth_plot(lines), encoding="utf-8")


def measure(count: int) -> GrowthRow:
    """Measure with so many templates, each of another person."""
    rng = np.random.default_rng(SEED)
    everybody = people(count, rng)
    searched = rng.choice(count, min(SEARCHES, count), replace=False)
    rows, probes = photos(everybody, rng), photos(everybody[searched], rng)
    del everybody
    genuine = np.einsum("nd,nd->n", rows[searched], probes)
    best, other = _exact(rows, probes, searched)
    ids = [f"{number:07}" for number in range(count)]
    begin = time.process_time()
    index = SiteIndex(ENGINE, rows)
    index.add(ids, rows)
    built = time.process_time() - begin
    found = [int(nearest.ids[0]) for nearest in index.search(probes, 1)]
    times = [
        _milliseconds(lambda probe=probe: index.search(probe, 6)) for probe in probes[:TIMED, np.newaxis]
    ]
    exact = [_milliseconds(lambda probe=probe: products(rows, probe)) for probe in probes[:TIMED]]
    more = [f"more {number}" for number in range(CHANGED)]
    added = _milliseconds(lambda: index.add(more, probes[:CHANGED]))
    removed = _milliseconds(lambda: index.remove(more))
    return GrowthRow(
        count,
        float(genuine.mean()),
        float(np.quantile(genuine, 0.01)),
        float(other.mean()),
        median(exact),
        median(times),
        float(np.quantile(times, 0.95)),
        float((best == np.array(found)).mean()),
        built * 1000,
        added,
        removed,
        index.megabytes,
    )


def _exact(
    rows: Embeddings, probes: Embeddings, own: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Embeddings]:
    """The nearest template of each probe, and the similarity to the nearest of another person."""
    best, other = np.empty(len(probes), np.int64), np.empty(len(probes), np.float32)
    for at, probe in enumerate(probes):
        scores = products(rows, probe)
        best[at] = scores.argmax()
        scores[own[at]] = -np.inf
        other[at] = scores.max()
    return best, other


def _milliseconds(work: object) -> float:
    begin = time.process_time()
    work()  # type: ignore[operator]
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
