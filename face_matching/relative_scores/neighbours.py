"""The nearest other students of each student, kept up to date when students come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_matching.relative_scores.class_scores import NEIGHBOURS
from face_matching.similarity import Embeddings
from face_matching.weighted_scores import Floats

ROWS_AT_ONCE = 512  # with 10,000 students, 20 MB of similarities at a time

GROUP = 32  # columns whose best is looked at first

WORTH_UPDATING = 0.25
"""Share of changed students up to which the others' neighbours are updated instead of searched again."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest others of each student.

    Attributes:
        student_ids: the ``P`` students.
        rows: ``(P, D)`` float32, their fused templates.
        indices: ``(P, k)`` intp, the ``k`` nearest others, ``NEIGHBOURS`` or all if there are fewer.
        scores: ``(P, k)`` float64, the similarities to them, in the same order.
    """

    student_ids: tuple[str, ...]
    rows: Embeddings
    indices: NDArray[np.intp]
    scores: Floats

    @classmethod
    def of(
        cls, student_ids: tuple[str, ...], rows: Embeddings, previous: Neighbours | None = None
    ) -> Neighbours:
        """Find the nearest others.

        Args:
            student_ids: the ``P`` students, each once.
            rows: ``(P, D)`` float32, their fused templates.
            previous: neighbours among other students of the same engine, many of them the same.
        """
        count = min(NEIGHBOURS, len(rows) - 1)
        indices = np.zeros((len(rows), count), np.intp)
        scores = np.zeros((len(rows), count), np.float64)
        found = cls(student_ids, rows, indices, scores)
        anew = np.arange(len(rows)) if previous is None else found._update_from(previous)
        found._search(anew)
        return found

    @property
    def means(self) -> Floats:
        """``(P,)`` float64: the mean similarity of each student to the nearest others."""
        means: Floats = self.scores.mean(axis=1)
        return means

    def _search(self, wanted: NDArray[np.intp]) -> None:
        """Compare these students with everybody."""
        count = self.indices.shape[1]
        if not count:
            return
        for first in range(0, len(wanted), ROWS_AT_ONCE):
            some = wanted[first : first + ROWS_AT_ONCE]
            scores = self.rows[some] @ self.rows.T
            scores[np.arange(len(some)), some] = -np.inf
            nearest = places_of_highest(scores, count)
            self.indices[some] = nearest
            self.scores[some] = np.take_along_axis(scores, nearest, axis=1)

    def _update_from(self, previous: Neighbours) -> NDArray[np.intp]:
        """Take over what is still right, and return the students who have to be searched."""
        everybody = np.arange(len(self.rows))
        before = _places(self.student_ids, previous.student_ids)
        stayed = before >= 0
        if self.rows.shape[1:] == previous.rows.shape[1:]:
            stayed[stayed] = (self.rows[stayed] == previous.rows[before[stayed]]).all(axis=1)
        else:
            stayed[:] = False
        changed = everybody[~stayed]
        if self.indices.shape != (len(self.rows), previous.indices.shape[1]) or len(
            changed
        ) > WORTH_UPDATING * len(everybody):
            return everybody
        now = np.full(len(previous.rows), -1, np.intp)
        now[before[stayed]] = everybody[stayed]
        theirs = now[previous.indices[before[stayed]]]
        complete = (theirs >= 0).all(axis=1)
        kept = everybody[stayed][complete]
        self.indices[kept] = theirs[complete]
        self.scores[kept] = previous.scores[before[kept]]
        self._admit(kept, changed)
        return np.setdiff1d(everybody, kept)

    def _admit(self, kept: NDArray[np.intp], new: NDArray[np.intp]) -> None:
        """Let new students take the place of neighbours who are farther away."""
        if not len(new) or not len(kept):
            return
        count = self.indices.shape[1]
        scores = np.hstack([self.scores[kept], self.rows[kept] @ self.rows[new].T])
        indices = np.hstack([self.indices[kept], np.tile(new, (len(kept), 1))])
        nearest = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        self.indices[kept] = np.take_along_axis(indices, nearest, axis=1)
        self.scores[kept] = np.take_along_axis(scores, nearest, axis=1)


def highest(scores: Embeddings, count: int) -> Embeddings:
    """The highest scores of each row in falling order, ``(F, count)``."""
    found = np.take_along_axis(scores, places_of_highest(scores, count), axis=1)
    return -np.sort(-found, axis=1)


def places_of_highest(scores: Embeddings, count: int) -> NDArray[np.intp]:
    """The columns of the highest scores of each row, ``(F, count)``, in any order.

    The highest ones are in the ``count`` groups of columns whose best is highest, so that only those have to
    be sorted out: with 10,000 columns in a tenth of the time.
    """
    rows, columns = scores.shape
    whole = columns - columns % GROUP
    if whole <= 4 * GROUP * count:
        return np.argpartition(-scores, count - 1, axis=1)[:, :count]
    best = scores[:, :whole].reshape(rows, -1, GROUP).max(axis=2)
    groups = np.argpartition(-best, count - 1, axis=1)[:, :count]
    places = (groups[:, :, np.newaxis] * GROUP + np.arange(GROUP)).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(whole, columns), (rows, columns - whole))
    places = np.hstack([places, rest])
    some = np.take_along_axis(scores, places, axis=1)
    chosen = np.argpartition(-some, count - 1, axis=1)[:, :count]
    return np.take_along_axis(places, chosen, axis=1)


def means_among(rows: Embeddings, others: Embeddings, nearest: Floats) -> Floats:
    """The mean similarity of students to the five nearest of two groups: their class and other people.

    Args:
        rows: ``(P, D)`` float32, the students' fused templates.
        others: ``(C, D)`` float32, those of the other people.
        nearest: ``(P, k)`` float64, the students' similarities to the nearest of their class.

    Returns:
        ``(P,)`` float64.
    """
    scores = np.hstack([nearest, rows @ others.T])
    means: Floats = -np.partition(-scores, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS].mean(axis=1)
    return means


def _places(wanted: Sequence[str], among: Sequence[str]) -> NDArray[np.intp]:
    """Where each id is among others, or -1."""
    place = {student: index for index, student in enumerate(among)}
    return np.array([place.get(student, -1) for student in wanted], np.intp)
