"""Policies calibrated on one half of the people, with the other people to measure them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.embedding_cache import embedded_folder, joined
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.groups_of_people import of_people, read_groups
from benchmarks.apparatus.made_up_classes import Indices, Outcomes
from benchmarks.apparatus.recognition import ENGINES, Command
from benchmarks.calibrate import CALIBRATED, calibrated
from face_detection.engines.model_files import ENGINE_NAMES
from face_matching.decision import DEFAULT_FPIR, DecisionPolicy
from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.calibration import SIZES, half_of
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.evaluation.decision_outcomes import STRANGERS, STUDENTS

MANY, FEW = "lfwhalf", ("lfw10", "lfw150gray")
"""The folder whose people are halved, and those whose people are always measured."""

GROUPS = "lfwhalf_groups.csv"
LARGEST = 1000  # students in a class that half of the people suffice for

WIDTH = 130
"""Columns of the output, so that numbers are not truncated without a terminal."""


@dataclass(frozen=True, eq=False)
class Half:
    """One half of the measurement.

    Attributes:
        policy: calibrated on the other half.
        people: everybody who was not used for that.
        ordinary: numbers of the people who belong to no group.
        group: numbers of the people of each other group, by its name.
    """

    policy: DecisionPolicy
    people: EnrolledPeople
    ordinary: Indices
    group: dict[str, Indices]


def halves_options(command: Command) -> Command:
    """Add the arguments that both commands share."""
    for option in (
        click.argument("faces", type=click.Path(path_type=Path)),
        click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept."),
        click.option("--fpir", default=DEFAULT_FPIR, show_default=True, help="See ATTENDANCE_FPIR."),
        click.option("--classes", default=40, show_default=True, help="Classes of each kind, in each half."),
        click.option("--detector", default="mtcnn", show_default=True, type=click.Choice(("mtcnn", "haar"))),
        click.option(
            "--engine",
            "engines",
            multiple=True,
            type=click.Choice(ENGINES),
            default=ENGINES,
            show_default=True,
        ),
    ):
        command = option(command)
    return command


def halves(
    console: Console,
    faces: Path,
    engine: str,
    detector: str,
    *,
    fpir: float,
    more: dict[str, Path],
    cache: Path | None,
) -> Iterator[Half]:
    """Calibrate on each half of the ordinary people in turn.

    Args:
        console: shows the progress.
        faces: the folder with ``MANY``, ``FEW`` and ``GROUPS``.
        engine: short name.
        detector: name of the detector.
        fpir: the probability that a stranger passes.
        more: further groups: the name, and a folder with a folder per person.
        cache: the folder of kept embeddings, or None.

    Raises:
        BenchmarkError: a folder or file is missing.
        EvaluationError: there are too few people.
    """
    groups = read_groups(faces / GROUPS)
    read = {
        folder: _only(embedded_folder(console, folder, (engine,), detector, cache=cache))
        for folder in (faces / MANY, *(faces / name for name in FEW), *more.values())
    }
    many = read[faces / MANY]
    few = [of_people(read[faces / name], set(read[faces / name].identities)) for name in FEW]
    extra = [_renamed(name, read[folder]) for name, folder in more.items()]
    for half in (0, 1):
        used = {name for name, group in groups.items() if group == CALIBRATED and half_of(name) == half}
        policy = calibrated(
            of_people(many, used),
            None,
            ENGINE_NAMES[engine],
            detector,
            sizes=[size for size in SIZES if size <= LARGEST],
        )
        rest = joined([of_people(many, set(groups) - used), *few, *extra])
        people = EnrolledPeople.of(rest.embeddings, rest.identities)
        kinds = np.array([_kind(name, groups, more) for name in people.names])
        yield Half(
            replace(policy, fpir=fpir),
            people,
            np.flatnonzero(kinds == CALIBRATED),
            {str(kind): np.flatnonzero(kinds == kind) for kind in set(kinds.tolist()) - {CALIBRATED}},
        )


def drawn(rng: np.random.Generator, pool: Indices, count: int) -> Indices:
    """So many of them, at random.

    Raises:
        EvaluationError: there are not so many.
    """
    if count > len(pool):
        raise EvaluationError(f"{len(pool)} people are too few to draw {count}")
    return np.asarray(rng.permutation(pool)[:count], np.intp)


def table_of(title: str, rows: Sequence[tuple[str, Sequence[Outcomes]]]) -> Table:
    """The outcomes of kinds of classes in percent, with 95 % intervals.

    Args:
        title: above the table.
        rows: a kind of class, and its outcomes in each half.
    """
    table = Table("in %", title=title)
    for name in (*(f"strangers {each}" for each in STRANGERS), *(f"students {each}" for each in STUDENTS)):
        table.add_column(name, justify="right")
    for name, parts in rows:
        strangers = [_over(parts, lambda each: each.strangers.share, outcome) for outcome in STRANGERS]
        students = [_over(parts, lambda each: each.students.share, outcome) for outcome in STUDENTS]
        table.add_row(name, *strangers, *students)
    table.caption = "In brackets: 95 % intervals over people (bootstrap; Wilson's where nothing was counted)."
    return table


def _over(
    parts: Sequence[Outcomes], share: Callable[[Outcomes], Callable[[str], Estimate]], outcome: str
) -> str:
    """The mean of both halves; those of a group are in both, so the interval is as wide as each one's."""
    try:
        found = [share(part)(outcome) for part in parts]
    except EvaluationError:
        return "-"
    value, low, high = (
        100 * float(np.mean([getattr(each, name) for each in found])) for name in ("value", "low", "high")
    )
    return f"{value:.1f} ({low:.1f}-{high:.1f})"


def _only(found: dict[str, Embedded]) -> Embedded:
    [embedded] = found.values()
    return embedded


def _renamed(group: str, embedded: Embedded) -> Embedded:
    names = tuple(f"{group}/{name}" for name in embedded.identities)
    return Embedded(embedded.embeddings, names, embedded.missed)


def _kind(name: str, groups: dict[str, str], more: dict[str, Path]) -> str:
    group = name.partition("/")[0]
    return group if group in more else groups.get(name, CALIBRATED)
