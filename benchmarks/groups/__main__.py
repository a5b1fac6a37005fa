"""Measure how often strangers are named in classes of people who resemble each other, and students marked.

    python -m benchmarks.groups ../shared/faces --webcam ../shared/attacks/nuaa/live [--cache FOLDER]

Policies are calibrated on one half of the people without a group and measured on the others, then the other
way round. Students have two photos enrolled; strangers are of the group that is a part of the class. In a
"school", there are 200 more students, 20 of them of the group.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks.apparatus.disjoint_halves import WIDTH, Half, drawn, halves, halves_options, table_of
from benchmarks.apparatus.made_up_classes import Indices, Outcomes, check_in_all
from benchmarks.apparatus.recognition import plain_errors

GROUP = "east_asian_surname"
WEBCAM = "webcam"
SIZE = 30
PARTS = (30, 15, 8, 5, 3, 1)
SCHOOL, OF_GROUP = 200, 20
WEBCAM_ENROLLED = 5
SEED = 20261129


@click.command(help=__doc__)
@halves_options
@click.option("--webcam", type=click.Path(path_type=Path), help="Folder of people before one webcam.")
def main(
    *,
    faces: Path,
    webcam: Path | None,
    cache: Path | None,
    fpir: float,
    classes: int,
    detector: str,
    engines: tuple[str, ...],
) -> None:
    """Measure and print a table for each engine."""
    console = Console(width=WIDTH)
    more = {} if webcam is None else {WEBCAM: webcam}
    with plain_errors():
        for engine in engines:
            rows: dict[str, list[Outcomes]] = {}
            for half in halves(console, faces, engine, detector, fpir=fpir, more=more, cache=cache):
                for name, outcomes in measured(half, classes):
                    rows.setdefault(name, []).append(outcomes)
            console.print(table_of(f"{engine}, {detector}: classes of {SIZE}", list(rows.items())))


def measured(half: Half, classes: int) -> list[tuple[str, Outcomes]]:
    """The outcomes of each kind of class.

    Args:
        half: a policy with people to measure it on.
        classes: number of classes of each kind.
    """
    group, ordinary = half.group[GROUP], half.ordinary
    rows = [("ordinary", _run(half, classes, ordinary[:0], ordinary, 0, strangers=ordinary))]
    for part in PARTS:
        name = f"{part} of {SIZE} of the group"
        rows.append((name, _run(half, classes, group, ordinary, part, strangers=group)))
        rows.append(
            (f"{name}, school", _run(half, classes, group, ordinary, part, strangers=group, school=True))
        )
    if WEBCAM in half.group:
        own = half.group[WEBCAM]
        for name, fill in (("25 of the group", group), ("25 ordinary", ordinary)):
            outcomes = _run(half, classes, own, fill, WEBCAM_ENROLLED, strangers=own)
            rows.append((f"{WEBCAM_ENROLLED} before a webcam, {name}", outcomes))
    return rows


def _run(
    half: Half,
    classes: int,
    group: Indices,
    others: Indices,
    part: int,
    *,
    strangers: Indices,
    school: bool = False,
) -> Outcomes:
    rng = np.random.default_rng(SEED)
    outcomes = Outcomes.of(len(half.people.names))
    for _ in range(classes):
        few, many = rng.permutation(group), drawn(rng, others, len(others))
        members = np.concatenate([few[:part], many[: SIZE - part]])
        rest = np.concatenate(
            [few[part : part + OF_GROUP], many[SIZE - part : SIZE - part + SCHOOL - OF_GROUP]]
        )
        everybody = np.concatenate([members, rest]) if school else members
        check_in_all(
            half.policy,
            half.people,
            members,
            np.setdiff1d(strangers, everybody),
            outcomes,
            school=everybody if school else None,
            rng=rng,
        )
    return outcomes


if __name__ == "__main__":
    main()
