"""Measure whether templates that were turned by two keys are strangers to each other.

    python -m benchmarks.sealing.two_keys FOLDER ... [--engine retail] [--keys 5] [--cache FOLDER]

Each FOLDER has a folder of photos for each person. Of all pairs of photos it prints how many match under one
key and between two keys, at the thresholds that 1 in 1,000 and 1 in 10,000 pairs of different people reach
under one key, and by how much a turn changes a cosine.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from attendance.sealing.turn import TemplateTurn
from benchmarks.apparatus.embedding_cache import embedded_folder, joined
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, plain_errors
from face_detection.engines.model_files import ENGINE_NAMES

RATES = (1e-3, 1e-4)  # false match rates of the thresholds

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class TwoKeys:
    """What was measured.

    Attributes:
        thresholds: one for each of ``RATES``.
        rates: for each kind of pair, by its name, the part that reaches each threshold.
        pairs: how many pairs of each kind there are.
        largest_change: the largest change of a cosine by a turn.
    """

    thresholds: tuple[float, ...]
    rates: dict[str, tuple[float, ...]]
    pairs: dict[str, int]
    largest_change: float


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--keys", default=5, show_default=True, type=click.IntRange(min=2))
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
def main(folders: tuple[Path, ...], *, keys: int, cache: Path | None, engine: str, detector: str) -> None:
    """Measure and print the table."""
    console = Console()
    with plain_errors():
        parts = [
            embedded_folder(console, folder, (engine,), detector, cache=cache)[ENGINE_NAMES[engine]]
            for folder in folders
        ]
        found = measured(joined(parts), keys)
    table = Table("pairs", "number", *(f"match at FMR {rate:g}" for rate in RATES))
    for name, rates in found.rates.items():
        table.add_row(name, f"{found.pairs[name]:,}", *(f"{rate:.5f}" for rate in rates))
    console.print(table)
    console.print(f"A turn changes no cosine by more than {found.largest_change:.1e}.")


def measured(embedded: Embedded, keys: int) -> TwoKeys:
    """Compare all photos with each other, under one key and between each two.

    Args:
        embedded: photos of people, some of whom have several.
        keys: how many keys there are.
    """
    rows = embedded.embeddings
    names = np.unique(embedded.identities, return_inverse=True)[1]
    same = names[:, None] == names[None, :]
    later = np.triu(np.ones(same.shape, bool), 1)  # each pair of photos once
    turned = [TemplateTurn(sha256(bytes([key])).digest()).turned(rows) for key in range(keys)]
    plain = rows @ rows.T
    thresholds = tuple(float(np.quantile(plain[later & ~same], 1 - rate)) for rate in RATES)
    between = [one @ other.T for one, other in combinations(turned, 2)]
    kinds: dict[str, list[Scores]] = {
        "one key: same person, two photos": [plain[later & same]],
        "one key: two people": [plain[later & ~same]],
        "two keys: the same photo": [scores.diagonal() for scores in between],
        "two keys: same person, two photos": [scores[later & same] for scores in between],
        "two keys: two people": [scores[later & ~same] for scores in between],
    }
    return TwoKeys(
        thresholds,
        {name: tuple(_part(scores, each) for each in thresholds) for name, scores in kinds.items()},
        {name: sum(map(len, scores)) for name, scores in kinds.items()},
        max(float(np.abs(each @ each.T - plain).max()) for each in turned),
    )


def _part(scores: list[Scores], threshold: float) -> float:
    return sum(int((each >= threshold).sum()) for each in scores) / max(1, sum(map(len, scores)))


if __name__ == "__main__":
    main()
