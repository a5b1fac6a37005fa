"""Searches the classes of a site, or classes drawn from a folder of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from attendance.evaluation.enrolled_students import NamedClass
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.evaluation.results import NamedRates
from face_detection.runtime.progress import Progress, silent
from face_matching.decision import DecisionPolicy
from face_matching.evaluation.rates.class_rates import class_rates
from face_matching.evaluation.rates.closeness import Closeness, closeness
from face_matching.evaluation.rates.real_classes import ClassSearches, Searches, search_class

STAGE = "Searching classes"
DRAWN_SIZES = (30, 60, 200, 1000)
"""Sizes of the classes that are drawn from a folder, beside all its people."""

MOST_DRAWN = 5
"""Classes of each size that are drawn, at most."""

SEED = 20180402


@dataclass(frozen=True, eq=False)
class SearchedClasses:
    """The searches of all classes.

    Attributes:
        named: the name and the searches of each.
        closeness: how close the faces of each are; None for those drawn, and for few students.
    """

    named: tuple[tuple[str, ClassSearches], ...]
    closeness: tuple[Closeness | None, ...]

    @property
    def usual_size(self) -> int:
        """The median size of the classes."""
        return max(1, round(median(searches.size for _, searches in self.named)))

    @property
    def students(self) -> Searches:
        """The searches by students of all classes."""
        return Searches.joined([searches.students for _, searches in self.named])

    @property
    def strangers(self) -> Searches:
        """The searches by strangers of all classes."""
        return Searches.joined([searches.strangers for _, searches in self.named])

    def rates(self) -> tuple[NamedRates, ...]:
        """The rates of each class."""
        return tuple(
            NamedRates(name, class_rates(searches), close)
            for (name, searches), close in zip(self.named, self.closeness, strict=True)
        )


def search_site(
    faces: LabelledFaces, classes: Sequence[NamedClass], policy: DecisionPolicy, progress: Progress = silent
) -> SearchedClasses:
    """Search the classes of a site, each relative to the whole school as well.

    Args:
        faces: those of all students.
        classes: at least one.
        policy: the rule of decision.
        progress: called after each class.
    """
    photos, numbers = faces.of_people(), {key: number for number, key in enumerate(faces.keys)}
    everybody = np.arange(len(photos))
    found, close = [], []
    for done, each in enumerate(classes):
        progress(STAGE, done, len(classes))
        members = np.array(sorted(numbers[person] for person in each.people), np.intp)
        school = None if len(members) == len(everybody) else everybody
        found.append((each.name, search_class(policy, photos, members, others=everybody, school=school)))
        close.append(closeness(policy, [photos[member] for member in members]))
    progress(STAGE, len(classes), len(classes))
    return SearchedClasses(tuple(found), tuple(close))


def search_drawn(
    faces: LabelledFaces, policy: DecisionPolicy, sizes: Sequence[int] = (), progress: Progress = silent
) -> SearchedClasses:
    """Search all people as one class, and classes drawn from them at random.

    Args:
        faces: the faces.
        policy: the rule of decision.
        sizes: sizes of the drawn classes; empty: those of ``DRAWN_SIZES`` of which two fit.
        progress: called after each class.
    """
    photos = faces.of_people()
    everybody = np.arange(len(photos))
    plan = list(_plan(len(photos), sizes))
    total = sum(len(classes) for _, classes in plan)
    done = 0
    found, close = [], []
    for name, classes in plan:
        parts = []
        for members in classes:
            progress(STAGE, done, total)
            parts.append(search_class(policy, photos, members, others=everybody))
            done += 1
        found.append((name, ClassSearches.joined(parts)))
        close.append(closeness(policy, photos) if len(classes[0]) == len(photos) else None)
    progress(STAGE, total, total)
    return SearchedClasses(tuple(found), tuple(close))


def _plan(people: int, sizes: Sequence[int]) -> Iterator[tuple[str, list[NDArray[np.intp]]]]:
    chosen = sizes or [size for size in DRAWN_SIZES if 2 * size <= people]
    order = np.random.default_rng(SEED).permutation(people)
    for size in chosen:
        if 2 <= size < people:
            count = min(MOST_DRAWN, people // size)
            classes = [np.sort(order[n * size : (n + 1) * size]) for n in range(count)]
            yield f"{count} x {size} people", classes
    yield "all people", [np.arange(people)]
