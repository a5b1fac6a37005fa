"""The people to whom scores are relative: a student's class, and with it other students of the school."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.relative_scores.class_scores import LEAST_COHORT, class_scores
from face_matching.relative_scores.neighbours import Neighbours, means_among
from face_matching.similarity import Embeddings
from face_matching.weighted_scores import Floats

MOST_OTHERS = 1000
"""How many other students of the school are compared, at most: 1,000 take 0.1 ms."""


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


class Cohorts:
    """The class and the school of a gallery; immutable, computed when first needed, and thread-safe.

    Args:
        student_ids: the ``P`` students of the class.
        rows: ``(P, D)`` float32, their fused templates.
        school: all students of the school, if the class is some of them.
        previous: of nearly the same students, whose neighbourhoods are taken over.
    """

    def __init__(
        self,
        student_ids: tuple[str, ...],
        rows: Embeddings,
        school: Cohorts | None = None,
        previous: Cohorts | None = None,
    ) -> None:
        self._ids = student_ids
        self._rows = rows
        self._school = school
        self._turn = Lock()  # of many check-ins at once, the first one computes
        self._found: Neighbours | None = None
        # Not the previous cohorts themselves, which would keep all before them in memory.
        self._before = None if previous is None else previous._found  # noqa: SLF001 - of the same class

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

    @property
    def _neighbours(self) -> Neighbours:
        with self._turn:
            if self._found is None:
                self._found, self._before = Neighbours.of(self._ids, self._rows, self._before), None
            return self._found

    @cached_property
    def _wide(self) -> _WideCohort | None:
        """The class with other students of the school, if there are enough of them."""
        if self._school is None:
            return None
        ids, rows = self._school._sample  # noqa: SLF001 - of the same class
        here = set(self._ids)
        members = np.array([student in here for student in ids])
        others = len(ids) - int(members.sum())
        if others < LEAST_COHORT:
            return None
        around = means_among(self._rows, rows[~members], self._neighbours.scores)
        return _WideCohort(rows, members, around, len(self._ids) + others)

    @cached_property
    def _sample(self) -> tuple[tuple[str, ...], Embeddings]:
        """As many students as are compared, chosen by a hash of the id, so that they stay the same."""
        digests = [blake2b(student.encode(), digest_size=8).digest() for student in self._ids]
        chosen = sorted(sorted(range(len(digests)), key=digests.__getitem__)[:MOST_OTHERS])
        return tuple(self._ids[i] for i in chosen), self._rows[chosen]
