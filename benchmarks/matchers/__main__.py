"""Compare cosine similarity, Euclidean distance and a support vector machine, and numbers of enrolled photos.

    python -m benchmarks.matchers ../shared/faces [--frames ../shared/attacks/nuaa/live] [--cache FOLDER]

Policies are calibrated on one half of the people without a group and measured on the others, then the other
way round. Strangers belong to no class.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks.apparatus.disjoint_halves import WIDTH, Half, halves, halves_options, table_of
from benchmarks.apparatus.face_folder import BenchmarkError, labelled_photos
from benchmarks.apparatus.made_up_classes import Indices, Outcomes
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.matchers.registered_classes import COSINE, MATCHERS, Registration, check_in_with_each

SIZE, SMALL_SIZE = 30, 10
MOST_PHOTOS = {SIZE: 5, SMALL_SIZE: 10}
"""Photos that the students of each class have, one of which is searched: 10 people have 10."""

STRANGERS = 400
"""Strangers that check in in each class."""

SEED = 20261129
FRAMES = "frames"
"""The name of the group of people before a webcam."""

SAMPLES = (1, 3, 5, 20)
MOST_PROBES = 10
"""Frames of a person that are searched in each class."""

Rows = dict[str, list[Outcomes]]


@click.command(help=__doc__)
@halves_options
@click.option(
    "--frames", type=click.Path(path_type=Path), help="Folder of webcam frames, PERSON_…_SESSION_NUMBER.jpg."
)
def main(
    *,
    faces: Path,
    cache: Path | None,
    fpir: float,
    classes: int,
    detector: str,
    engines: tuple[str, ...],
    frames: Path | None,
) -> None:
    """Measure and print two tables for each engine."""
    console = Console(width=WIDTH)
    more = {} if frames is None else {FRAMES: frames}
    with plain_errors():
        for engine in engines:
            matchers: Rows = {}
            samples: Rows = {}
            for half in halves(console, faces, engine, detector, fpir=fpir, more=more, cache=cache):
                compare_matchers(half, classes, matchers)
                compare_samples(half, classes, samples)
                if frames is not None:
                    compare_frames(half, sessions_of(frames), classes, samples)
            console.print(table_of(f"{engine}, {detector}: matchers", list(matchers.items())))
            console.print(table_of(f"{engine}, {detector}: enrolled photos", list(samples.items())))


def compare_matchers(half: Half, classes: int, rows: Rows) -> None:
    """Classes of 30 with four photos each, and of 10 with nine each."""
    _compare(half, SIZE, 4, classes, rows, matchers=MATCHERS)
    _compare(half, SMALL_SIZE, 9, classes, rows, matchers=MATCHERS)


def compare_samples(half: Half, classes: int, rows: Rows) -> None:
    """The same people with one, three and more photos, by cosine similarity."""
    for enrolled in (1, 3, 4):
        _compare(half, SIZE, enrolled, classes, rows, matchers=(COSINE,))
    for enrolled in (1, 3, 5, 9):
        _compare(half, SMALL_SIZE, enrolled, classes, rows, matchers=(COSINE,))


def compare_frames(half: Half, sessions: dict[str, list[int]], classes: int, rows: Rows) -> None:
    """People before a webcam in classes of others: first frames enrolled, later ones searched."""
    rng = np.random.default_rng(SEED)
    for enrolled in SAMPLES:
        outcomes = {COSINE: Outcomes.of(len(half.people.names))}
        for _ in range(max(1, classes // 4)):
            students = [_sitting(half, int(person), sessions, enrolled, rng) for person in half.group[FRAMES]]
            pool = rng.permutation(with_photos(half, 5))[: SIZE - len(students)]
            students += [_registered(half, int(person), 4, rng, probes=False) for person in pool]
            check_in_with_each(half.policy, students, _strangers(half, students, rng), outcomes)
        rows.setdefault(f"class of {SIZE}, {enrolled} frames", []).append(outcomes[COSINE])


def with_photos(half: Half, least: int) -> Indices:
    """The ordinary people with so many photos."""
    return np.array([i for i in half.ordinary if len(half.people.photos[i]) >= least], np.intp)


def sessions_of(frames: Path) -> dict[str, list[int]]:
    """The sitting of each frame of each person, in the order of their paths."""
    found: dict[str, list[int]] = {}
    for photo in labelled_photos([frames]):
        found.setdefault(f"{FRAMES}/{photo.identity}", []).append(int(photo.path.stem.split("_")[-2]))
    return found


def _compare(
    half: Half, size: int, enrolled: int, classes: int, rows: Rows, *, matchers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(SEED + size)
    pool = with_photos(half, MOST_PHOTOS[size])
    outcomes = {name: Outcomes.of(len(half.people.names)) for name in matchers}
    for _ in range(classes):
        members = rng.permutation(pool)[:size]
        students = [_registered(half, int(person), enrolled, rng) for person in members]
        check_in_with_each(half.policy, students, _strangers(half, students, rng), outcomes)
    for name, counted in outcomes.items():
        with_name = f", {name}" if len(matchers) > 1 else ""
        rows.setdefault(f"class of {size}, {enrolled} photos{with_name}", []).append(counted)


def _registered(
    half: Half, person: int, enrolled: int, rng: np.random.Generator, *, probes: bool = True
) -> Registration:
    """A student with so many photos enrolled, and one to check in with."""
    photos = half.people.photos[person][rng.permutation(len(half.people.photos[person]))]
    return Registration(person, photos[:enrolled], photos[-1:] if probes else photos[:0])


def _sitting(
    half: Half, person: int, sessions: dict[str, list[int]], enrolled: int, rng: np.random.Generator
) -> Registration:
    """A person with frames of the first sitting enrolled; later sittings are searched, or later frames."""
    photos, sitting = half.people.photos[person], np.array(sessions[half.people.names[person]])
    if len(sitting) != len(photos):
        raise BenchmarkError(f"a frame of {half.people.names[person]} shows no face: remove it")
    first = np.flatnonzero(sitting == sitting[0])
    others = np.flatnonzero(sitting != sitting[0])
    own = first[: max(SAMPLES)]
    # Spread over the frames, as guided samples are.
    chosen = own[np.linspace(0, len(own) - 1, enrolled).round().astype(int)]
    later = others if len(others) else first[max(SAMPLES) :]
    return Registration(person, photos[chosen], photos[rng.permutation(later)[:MOST_PROBES]])


def _strangers(
    half: Half, students: list[Registration], rng: np.random.Generator
) -> list[tuple[int, np.ndarray]]:
    inside = [each.person for each in students]
    outside = rng.permutation(np.setdiff1d(half.ordinary, inside))[:STRANGERS]
    return [
        (int(person), half.people.photos[person][rng.integers(len(half.people.photos[person]))])
        for person in outside
    ]


if __name__ == "__main__":
    main()
