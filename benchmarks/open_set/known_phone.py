"""Measure how many more students are marked at once where their phone is known.

    python -m benchmarks.open_set.known_phone ../shared/faces [--cache FOLDER]

Thresholds are calibrated on one half of the people without a group and measured on the others, then the other
way round. "Search" searches the class; "own phone" first compares the face with the phone's student.
Strangers hold the phone of a student chosen at random, and in "another's phone" so do the students of the
class.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.apparatus.disjoint_halves import WIDTH, Half, drawn, halves, halves_options, table_of
from benchmarks.apparatus.made_up_classes import Indices, Outcomes, gallery_of_people, held_back
from benchmarks.apparatus.recognition import plain_errors
from face_matching.decision import Decision, Match
from face_matching.evaluation.decision_outcomes import stranger_outcome, student_outcome
from face_matching.gallery import Gallery
from face_matching.known_person import verify

CLASSES_OF = (10, 30, 60, 300, 1000)
GROUP = "east_asian_surname"
GROUP_CLASS, GROUP_PARTS = 30, (30, 5)
STRANGERS = 400
"""Strangers that check in in each class."""

SEED = 20261129

Way = Callable[[Gallery, NDArray[np.float32], str], Decision]
"""Decides about a face, given the id of the student whose phone it is."""


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
                for name, outcomes in measured(half, classes):
                    rows.setdefault(name, []).append(outcomes)
            console.print(table_of(f"{engine}, {detector}: a known phone first", list(rows.items())))


def measured(half: Half, classes: int) -> list[tuple[str, Outcomes]]:
    """The outcomes in each kind of class.

    Args:
        half: a policy with people to measure it on.
        classes: number of classes of each kind; of large ones a tenth.
    """
    rows = []
    for size in CLASSES_OF:
        count = max(1, classes // 10) if size > STRANGERS else classes
        rows += _kind(half, f"{size}", count, size=size)
    for part in GROUP_PARTS:
        rows += _kind(half, f"{GROUP_CLASS}, {part} alike", classes, size=GROUP_CLASS, part=part)
    return rows


def _kind(half: Half, name: str, classes: int, *, size: int, part: int = 0) -> list[tuple[str, Outcomes]]:
    """The rows of one kind of class: of ``size`` students, ``part`` of the group, as strangers are."""
    ways = ways_of(half)
    found = {way: Outcomes.of(len(half.people.names)) for way in ("search", "own phone", "another's phone")}
    rng = np.random.default_rng(SEED + size + part)
    for _ in range(classes):
        ordinary = drawn(rng, half.ordinary, min(len(half.ordinary), size - part + STRANGERS))
        alike = rng.permutation(half.group[GROUP]) if part else half.ordinary[:0]
        members = np.concatenate([alike[:part], ordinary[: size - part]])
        strangers = alike[part:] if part else ordinary[size:]
        _check_in(half, ways, (members, strangers), found, rng)
    return [(f"{name}, {way}", outcomes) for way, outcomes in found.items()]


def _check_in(
    half: Half,
    ways: dict[str, Way],
    people_of_class: tuple[Indices, Indices],
    found: dict[str, Outcomes],
    rng: np.random.Generator,
) -> None:
    """Let strangers and students of one class check in, and count the decisions by way."""
    people, (members, strangers) = half.people, people_of_class
    gallery = gallery_of_people(half.policy.engine, people, members)
    for stranger in strangers:
        photo = people.photos[stranger][rng.integers(len(people.photos[stranger]))]
        owner = people.names[rng.choice(members)]
        for name in ("search", "own phone"):
            found[name].strangers.add(int(stranger), stranger_outcome(ways[name](gallery, photo, owner)))
    for student, photo in held_back(people, members):
        own, other = people.names[student], people.names[rng.choice(members[members != student])]
        for name, owner in (("search", own), ("own phone", own), ("another's phone", other)):
            found[name].students.add(student, student_outcome(ways[name](gallery, photo, owner), own))


def ways_of(half: Half) -> dict[str, Way]:
    """The ways to decide, by name."""

    def search(gallery: Gallery, photo: NDArray[np.float32], _owner: str) -> Decision:
        return half.policy.identify(gallery, photo)

    def known(gallery: Gallery, photo: NDArray[np.float32], owner: str) -> Decision:
        found = verify(half.policy, gallery, photo, (owner,))
        return found if isinstance(found, Match) else search(gallery, photo, owner)

    return {"search": search, "own phone": known, "another's phone": known}


if __name__ == "__main__":
    main()
