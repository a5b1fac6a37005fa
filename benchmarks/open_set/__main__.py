"""Measure how often strangers are named in ordinary classes of many sizes, and students marked at once.

    python -m benchmarks.open_set ../shared/faces [--cache FOLDER]

Policies are calibrated on one half of the people without a group and measured on the others, then the other
way round. Students have two photos enrolled.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks.apparatus.disjoint_halves import WIDTH, Half, drawn, halves, halves_options, table_of
from benchmarks.apparatus.made_up_classes import Outcomes, check_in_all
from benchmarks.apparatus.recognition import plain_errors

SIZES = (10, 30, 60, 100, 300, 1000)
STRANGERS = 400
"""Strangers that check in in each class."""

SEED = 20261129


@click.command(help=__doc__)
@halves_options
def main(
    *, faces: Path, cache: Path | None, fpir: float, classes: int, detector: str, engines: tuple[str, ...]
) -> None:
    """Measure and print a table for each engine."""
    console = Console(width=WIDTH)
    with plain_errors():
        for engine in engines:
            rows: dict[str, list[Outcomes]] = {}
            for half in halves(console, faces, engine, detector, fpir=fpir, more={}, cache=cache):
                for size in SIZES:
                    rows.setdefault(f"class of {size}", []).append(measured(half, size, classes))
            console.print(table_of(f"{engine}, {detector}: ordinary classes", list(rows.items())))


def measured(half: Half, size: int, classes: int) -> Outcomes:
    """The outcomes in classes of one size.

    Args:
        half: a policy with people to measure it on.
        size: students in a class.
        classes: number of classes; of large ones a tenth.
    """
    rng = np.random.default_rng(SEED + size)
    outcomes = Outcomes.of(len(half.people.names))
    for _ in range(max(1, classes // 10) if size > STRANGERS else classes):
        people = drawn(rng, half.ordinary, min(len(half.ordinary), size + STRANGERS))
        check_in_all(half.policy, half.people, people[:size], people[size:], outcomes, rng=rng)
    return outcomes


if __name__ == "__main__":
    main()
