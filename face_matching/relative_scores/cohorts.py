"""The people to whom scores are relative: a student's class, and with it other students of the school."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from face_matching.relative_scores.class_scores import (
    LEAST_COHORT,
    NEIGHBOURS,
    class_scores,
)
from face_matching.relative_scores.neighbours import ROWS_AT_ONCE, Neighbours, highest, means_among
from face_matching.similarity import Embeddings, products
from face_matching.weighted_scores import Floats

MOST_OTHERS = 1000
"""How many other students of the school are compared, at most: 1,000 take 0.1 ms."""


SAMPLED = 64
"""How many students' neighbourhoods say how low they get."""

SPARE = 4  # of the index's templates may be of students who have left the gallery


@dataclass(frozen=True, eq=False)
class _WideCohort:
    """A class with other students of the school.

    Attributes:
        sample: ``(C, D)`` float32, templates of students of the school, the same array for all classes.
        members: ``(C,)`` bool, who of them is in the class.
        neighbourhoods: ``(P,)`` float64, each student's mean among the five nearest of class and sample.
        size: number of people.
    """

    sample: Embeddings
    members: NDArray[np.bool_]
    neighbourhoods: Floats
    size: int


class NearestTemplates(Protocol):
    """Finds the nearest of many templates, such as ``SiteIndex``."""

    @property
    def generation(self) -> int:
        """A number that is another one as soon as a template has come or gone."""
        ...

    def nearest_ids(self, rows: Embeddings, count: int) -> list[tuple[str, ...]]:
        """The ids of the templates nearest to each row, best first."""
        ...


class Cohorts:
    """The class and the school of a gallery; immutable, computed when first needed, and thread-safe.

    Args:
        student_ids: the ``P`` students of the class.
        rows: ``(P, D)`` float32, their fused templates.
        school: all students of the school, if the class is some of them.
        previous: of nearly the same students, whose neighbourhoods are taken over.
        index: finds the nearest of very many students; it may have others, too. Once it changes, for another
            gallery, everybody is compared.
    """

    def __init__(
        self,
        student_ids: tuple[str, ...],
        rows: Embeddings,
        school: Cohorts | None = None,
        previous: Cohorts | None = None,
        index: NearestTemplates | None = None,
    ) -> None:
        self._ids = student_ids
        self._rows = rows
        self._school = school
        self._index = index
        self._generation = None if index is None else index.generation
        self._near: dict[
            int, Floats
        ] = {}  # similarities to the nearest others, of those who were asked about
        self._turn = Lock()  # of many check-ins at once, the first one computes
        self._found: Neighbours | None = None
        # Not the previous cohorts themselves, which would keep all before them in memory.
        self._before = None if previous is None else previous._found  # noqa: SLF001 - of the same class

    def indexed(self, index: NearestTemplates) -> Cohorts:
        """The same people, among whom an index finds the nearest; see ``Gallery.indexed``."""
        return Cohorts(self._ids, self._rows, self._school, index=index)

    def relative(
        self, similarities: NDArray[Any], embeddings: NDArray[Any]
    ) -> tuple[tuple[Floats, int], ...]:
        """Scores relative to the nearest others (see ``class_scores``), once for each cohort.

        Args:
            similarities: ``(F, P)`` of faces to the students of the class.
            embeddings: ``(F, D)``: the same faces, scaled as their similarities are.

        Returns:
            ``(F, P)`` float64 scores and the number of people to whom they are relative: the class, if it has
            at least ``LEAST_COHORT`` students, and the class with others of the school, if these are as many.
        """
        own = np.asarray(similarities, np.float64)
        parts = []
        if len(self._ids) >= LEAST_COHORT:
            parts.append((class_scores(own, self._neighbours.means), len(self._ids)))
        if self._wide is not None:
            wide = np.hstack([own, np.asarray(embeddings, np.float32) @ self._wide.sample.T])
            wide[:, len(self._ids) :][:, self._wide.members] = -np.inf
            parts.append((class_scores(wide, self._wide.neighbourhoods), self._wide.size))
        return tuple(parts)

    def relative_among(
        self, places: NDArray[np.intp], similarities: Floats, embeddings: Embeddings
    ) -> tuple[tuple[Floats, int], ...]:
        """``relative`` for one face and some students, among whom are those most similar to it.

        Args:
            places: of the ``k`` students, more than ``NEIGHBOURS``.
            similarities: ``(1, k)`` float64 to them.
            embeddings: ``(1, D)``, the face.
        """
        near = self._nearest_others(places)
        parts = [(class_scores(similarities, near.mean(axis=1)), len(self._ids))]
        others = self._others
        if others is not None:
            wide = np.hstack([similarities, embeddings @ others.T])
            around = means_among(self._rows[places], others, near)
            parts.append((class_scores(wide, around), len(self._ids) + len(others)))
        return tuple(parts)

    @cached_property
    def least_neighbourhood(self) -> float:
        """The lowest mean of the five nearest others among some students, which hardly anybody's is below."""
        step = max(1, len(self._ids) // SAMPLED)
        return float(self._nearest_others(np.arange(0, len(self._ids), step)).mean(axis=1).min())

    def nearest_places(self, probe: Embeddings, count: int) -> NDArray[np.intp]:
        """The places of the students most similar to a face, best first; see ``Gallery.nearest``."""
        near = self._indexed(probe[np.newaxis], count)
        if near is not None:
            return np.array([self._place_of[key] for key in near[0] if key in self._place_of], np.intp)
        scores = products(self._rows, probe)
        count = min(count, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        return best[np.argsort(-scores[best], kind="stable")]

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {student: place for place, student in enumerate(self._ids)}

    def _nearest_others(self, places: NDArray[np.intp]) -> Floats:
        """The similarities of some students to the five nearest others, ``(k, 5)`` float64; remembered."""
        new = np.array([place for place in places.tolist() if place not in self._near], np.intp)
        if len(new):
            self._near |= dict(zip(new.tolist(), self._found_others(new), strict=True))
        return np.stack([self._near[place] for place in places.tolist()])

    def _found_others(self, places: NDArray[np.intp]) -> Floats:
        found = np.empty((len(places), NEIGHBOURS), np.float64)
        near = self._indexed(self._rows[places], NEIGHBOURS + 1 + SPARE)
        if near is None:
            for first in range(0, len(places), ROWS_AT_ONCE):
                some = places[first : first + ROWS_AT_ONCE]
                scores = self._rows[some] @ self._rows.T
                scores[np.arange(len(some)), some] = -np.inf
                found[first : first + ROWS_AT_ONCE] = highest(scores, NEIGHBOURS)
            return found
        for own, place, keys in zip(found, places.tolist(), near, strict=True):
            others = [self._place_of[key] for key in keys if self._place_of.get(key, place) != place]
            own[:] = -np.sort(-(self._rows[others] @ self._rows[place]))[:NEIGHBOURS]
        return found

    def _indexed(self, rows: Embeddings, count: int) -> list[tuple[str, ...]] | None:
        """What the index finds; None without one, or if it has other templates than at first by now."""
        if self._index is None:
            return None
        found = self._index.nearest_ids(rows, count)
        return found if self._index.generation == self._generation else None

    @property
    def _neighbours(self) -> Neighbours:
        with self._turn:
            if self._found is None:
                self._found, self._before = Neighbours.of(self._ids, self._rows, self._before), None
            return self._found

    @cached_property
    def _others(self) -> Embeddings | None:
        """Other students of the school, if there are enough of them."""
        if self._school is None:
            return None
        rows, members = self._school._sample[1], self._members  # noqa: SLF001 - of the same class
        return None if len(members) - int(members.sum()) < LEAST_COHORT else rows[~members]

    @cached_property
    def _members(self) -> NDArray[np.bool_]:
        """Who of the school's sample is in the class."""
        assert self._school is not None
        here = set(self._ids)
        return np.array([student in here for student in self._school._sample[0]], np.bool_)  # noqa: SLF001

    @cached_property
    def _wide(self) -> _WideCohort | None:
        """The class with other students of the school, if there are enough of them."""
        if self._school is None or self._others is None:
            return None
        rows, members = self._school._sample[1], self._members  # noqa: SLF001 - of the same class
        around = means_among(self._rows, rows[~members], self._neighbours.scores)
        return _WideCohort(rows, members, around, len(self._ids) + len(self._others))

    @cached_property
    def _sample(self) -> tuple[tuple[str, ...], Embeddings]:
        """As many students as are compared, chosen by a hash of the id, so that they stay the same."""
        digests = [blake2b(student.encode(), digest_size=8).digest() for student in self._ids]
        chosen = sorted(sorted(range(len(digests)), key=digests.__getitem__)[:MOST_OTHERS])
        return tuple(self._ids[i] for i in chosen), self._rows[chosen]
