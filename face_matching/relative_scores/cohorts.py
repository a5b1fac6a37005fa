"""The people to whom scores are relative: a student's class, and with it other students of the school."""

from __future__ import annotations

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
        others, neighbourhoods = self._others
        if len(others):
            wide = np.hstack([own, np.asarray(embeddings, np.float32) @ others.T])
            parts.append((class_scores(wide, neighbourhoods), wide.shape[1]))
        return tuple(parts)

    @property
    def _neighbours(self) -> Neighbours:
        with self._turn:
            if self._found is None:
                self._found, self._before = Neighbours.of(self._ids, self._rows, self._before), None
            return self._found

    @cached_property
    def _others(self) -> tuple[Embeddings, Floats]:
        """Templates of other students of the school, and each student's mean among the nearest of all."""
        if self._school is not None:
            ids, rows = self._school._sample  # noqa: SLF001 - of the same class
            here = set(self._ids)
            others = rows[[student not in here for student in ids]]
            if len(others) >= LEAST_COHORT:
                return others, means_among(self._rows, others, self._neighbours.scores)
        return self._rows[:0], np.empty(0)

    @cached_property
    def _sample(self) -> tuple[tuple[str, ...], Embeddings]:
        """As many students as are compared, chosen by a hash of the id, so that they stay the same."""
        digests = [blake2b(student.encode(), digest_size=8).digest() for student in self._ids]
        chosen = sorted(sorted(range(len(digests)), key=digests.__getitem__)[:MOST_OTHERS])
        return tuple(self._ids[i] for i in chosen), self._rows[chosen]
