"""All enrolled faces, in memory while a folder is enrolled, to find another student's face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attendance.recognition.galleries import usable_templates
from attendance.recognition.mismatch import engines_must_match
from attendance.store.protocol import Store
from attendance.values import Template
from face_matching.gallery import Gallery
from face_matching.relative_scores.class_scores import LEAST_COHORT, NEIGHBOURS, class_scores


@dataclass(frozen=True)
class Nearest:
    """The student whom a face shows most probably, if it is another student's.

    Attributes:
        student_id: the student.
        similarity: cosine similarity to their templates.
        relative: the score relative to the nearest others; None where too few were compared.
        searched: how many students were compared.
    """

    student_id: str
    similarity: float
    relative: float | None
    searched: int


MOST_RECENT = 100  # templates; a gallery of so many is built in less than a millisecond


class EnrolledFaces:
    """A copy of the store's gallery; templates of this process are appended without reading it again.

    Args:
        store: the register's database.
        engine: versioned name of the engine in use.
        detector: name of the detector in use.
    """

    def __init__(self, store: Store, *, engine: str, detector: str) -> None:
        self._store = store
        self._engine = engine
        self._detector = detector
        self._version: int | None = None
        # Most templates are in a gallery that stays; those added since are built into another one.
        self._settled: list[Template] = []
        self._recent: list[Template] = []
        self._galleries: list[Gallery] = []
        self._students: set[str] = set()

    def refresh(self) -> None:
        """Read the templates again if the gallery has changed since.

        Raises:
            EngineMismatchError: there are templates, and none of this engine and detector.
        """
        version = self._store.gallery_version()
        if version == self._version:
            return
        self._settle(usable_templates(self._store, self._engine, self._detector))
        self._version = version

    @engines_must_match()
    def nearest_other(self, embedding: NDArray[np.float32], student_id: str) -> Nearest | None:
        """The most similar other student; None if there are no others.

        Args:
            embedding: ``(D,)`` float32 of length 1.
            student_id: the student to skip.

        Raises:
            EngineMismatchError: the face was read by another engine.
        """
        # The neighbours of a face and the nearest student are among the best of each gallery.
        best = [
            candidate
            for gallery in self._galleries
            for candidate in gallery.search(embedding, top=NEIGHBOURS + 2)
            if candidate.student_id != student_id
        ]
        if not best:
            return None
        searched = len(self._students - {student_id})
        best.sort(key=lambda candidate: -candidate.score)
        if searched < LEAST_COHORT:
            return Nearest(best[0].student_id, best[0].score, None, searched)
        likely = best[: NEIGHBOURS + 1]
        scores = np.array([[candidate.score for candidate in likely]])
        around = np.array([self._neighbourhood(candidate.student_id, student_id) for candidate in likely])
        relative = class_scores(scores, around)[0]
        place = int(relative.argmax())
        return Nearest(likely[place].student_id, likely[place].score, float(relative[place]), searched)

    @engines_must_match()
    def likeness(self, embeddings: NDArray[np.float32], student_id: str) -> tuple[NDArray[np.float64], int]:
        """What each face has with the students whom it resembles most, without one.

        Args:
            embeddings: ``(F, D)`` float32 of length 1.
            student_id: the student to skip.

        Returns:
            ``(F,)`` float64, the mean similarity to the five nearest, and how many were compared. Zeros if
            these are too few for relative scores.

        Raises:
            EngineMismatchError: the faces were read by another engine.
        """
        searched = len(self._students - {student_id})
        if searched < LEAST_COHORT:
            return np.zeros(len(embeddings)), searched
        best = [self._best_others(row, {student_id}) for row in embeddings]
        return np.array(best), searched

    def _neighbourhood(self, student_id: str, besides: str) -> float:
        """The mean similarity of a student's templates to the five nearest others."""
        row = next(row for gallery in self._galleries if (row := gallery.fused(student_id)) is not None)
        return self._best_others(row, {student_id, besides})

    def _best_others(self, row: NDArray[np.float32], skipped: set[str]) -> float:
        scores = []
        for gallery in self._galleries:
            own = gallery.products(row)
            places = [place for each in skipped if (place := gallery.place(each)) is not None]
            own[places] = -np.inf
            scores.append(own)
        every = np.concatenate(scores)
        return float(np.partition(every, len(every) - NEIGHBOURS)[-NEIGHBOURS:].mean())

    def append(self, templates: Sequence[Template], *, version: int | None) -> None:
        """Add templates that were just enrolled.

        Args:
            templates: the new ones.
            version: the gallery's version after they were written; None for a dry run, which writes nothing.
        """
        self._recent += templates
        if len(self._recent) > MOST_RECENT:
            self._settle(self._settled + self._recent)
        else:
            self._galleries[1:] = [self._built(self._recent)]
            self._students.update(template.student_id for template in templates)
        # One step further means that there was no other change of the gallery; otherwise it is read again.
        if version is not None and self._version is not None and version == self._version + 1:
            self._version = version

    def _settle(self, templates: list[Template]) -> None:
        self._settled, self._recent = templates, []
        self._galleries = [self._built(templates)]
        self._students = {template.student_id for template in templates}

    def _built(self, templates: list[Template]) -> Gallery:
        rows = [template.embedding for template in templates]
        owners = [template.student_id for template in templates]
        return Gallery.build(self._engine, owners, np.stack(rows) if rows else np.empty((0, 1), np.float32))
