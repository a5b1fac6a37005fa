"""Measure how often strangers pass as the owner of a phone whom they resemble.

    python -m benchmarks.open_set.alike_phones ../shared/faces [--cache FOLDER]

Owners and strangers are of one group of lfwhalf, of which nobody was used for the policy. "Class of one" is
the threshold of a search among one person, which says nothing about how alike people are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.disjoint_halves import GROUPS, MANY, WIDTH
from benchmarks.apparatus.embedding_cache import embedded_folder
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.groups_of_people import of_people, read_groups
from benchmarks.apparatus.made_up_classes import Indices, gallery_of_people
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, plain_errors
from benchmarks.calibrate import CALIBRATED
from benchmarks.trials.cells import percent
from face_detection.engines.model_files import ENGINE_NAMES
from face_matching.decision import DecisionPolicy, Match
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.evaluation.clustered import share_of_trials
from face_matching.known_person import verify
from face_matching.thresholds import policy_for

CLASSES = ((60, 10), (300, 40), (1000, 40), (1000, 10))
"""Students of a class, and how many of them are of the group."""

DRAWS = 8
SEED = 7


@click.command(help=__doc__)
@click.argument("faces", type=click.Path(path_type=Path))
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(DETECTORS))
def main(*, faces: Path, cache: Path | None, engine: str, detector: str) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    with plain_errors():
        groups = read_groups(faces / GROUPS)
        folder = faces / MANY
        found = embedded_folder(console, folder, (engine,), detector, cache=cache)[ENGINE_NAMES[engine]]
        everybody = of_people(found, set(groups))
        policy = policy_for(ENGINE_NAMES[engine], detector)
        alike = {name for name, group in groups.items() if group != CALIBRATED}
        table = Table("class of", "alike", "pass as the owner %", "with the threshold of a class of one %")
        for (size, part), (passed, plain) in measured(policy, everybody, alike):
            table.add_row(f"{size}", f"{part}", percent(passed, 2), percent(plain))
    console.print(table)


def measured(
    policy: DecisionPolicy, embedded: Embedded, alike: set[str]
) -> Iterator[tuple[tuple[int, int], tuple[Estimate, Estimate]]]:
    """How many comparisons of strangers and owners of the group pass, for each of ``CLASSES``.

    Args:
        policy: the rule of decision.
        embedded: the photos of everybody.
        alike: the people of the group.
    """
    people = EnrolledPeople.of(embedded.embeddings, embedded.identities)
    is_alike = np.array([name in alike for name in people.names])
    rng = np.random.default_rng(SEED)
    for size, part in CLASSES:
        rows = []
        for _ in range(DRAWS):
            group = rng.permutation(np.flatnonzero(is_alike))
            others = rng.permutation(np.flatnonzero(~is_alike))[: size - part]
            members = np.concatenate([group[:part], others])
            rows += list(_compared(policy, people, members, owners=group[:part], strangers=group[part:]))
        pairs, passed, plain = (np.array(column) for column in zip(*rows, strict=True))
        yield (size, part), (share_of_trials(passed, pairs), share_of_trials(plain, pairs))


def _compared(
    policy: DecisionPolicy, people: EnrolledPeople, members: Indices, *, owners: Indices, strangers: Indices
) -> Iterator[tuple[tuple[int, int], bool, bool]]:
    """Each stranger and owner, whether they pass, and whether they would in a class of one."""
    gallery = gallery_of_people(policy.engine, people, members)
    of_one = policy.search_threshold(1)
    for stranger in strangers:
        photo = people.photos[stranger][0]
        similarities = gallery.similarities(photo[np.newaxis])[0]
        for owner in owners:
            name = people.names[owner]
            place = gallery.place(name)
            passes = isinstance(verify(policy, gallery, photo, (name,)), Match)
            yield (int(stranger), int(owner)), passes, place is not None and similarities[place] >= of_one


if __name__ == "__main__":
    main()
