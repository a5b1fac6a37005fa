"""The gallery: a matrix of enrolled templates, searched by matrix multiplication."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.candidates import Candidate, ranked
from face_matching.errors import EmbeddingError, GalleryMismatchError
from face_matching.relative_scores.cohorts import Cohorts, NearestTemplates
from face_matching.similarity import Embeddings, products, unit_rows
from face_matching.template_fusion import fuse

RE_EMBED = "re-embed the templates"

STRANGER_SEARCHES = 1000
"""How many enrolled photos are searched without their owner, at most."""

STRANGER_DEVIATIONS = 2.0
"""Standard deviations above the mean of those searches from which a match is proven: docs/accuracy.md."""


class Gallery:
    """The enrolled templates of one engine, several per student; immutable.

    ``len()`` is the number of templates, ``students`` the number of people. The templates of a student are
    fused into one row, so that decisions count people, not templates.

    Attributes:
        engine: versioned name of the engine that computed the templates.
        cohorts: the people to whom scores may be relative.
    """

    def __init__(
        self,
        engine: str,
        student_ids: tuple[str, ...],
        rows: Embeddings,
        photos: tuple[Embeddings, NDArray[np.intp]],
        cohorts: Cohorts,
    ) -> None:
        self.engine = engine
        self.cohorts = cohorts
        self._ids = student_ids
        self._rows = rows
        self._photos = photos

    @classmethod
    def build(
        cls,
        engine: str,
        student_ids: Sequence[str],
        embeddings: NDArray[Any],
        *,
        school: Gallery | None = None,
        previous: Gallery | None = None,
    ) -> Gallery:
        """Build a gallery from templates in any order.

        Args:
            engine: versioned name of the engine that computed all embeddings.
            student_ids: the student of each row; a student may have several.
            embeddings: ``(M, D)`` float32, rows of unit length.
            school: all students of the school, if these are some of them.
            previous: a gallery of nearly the same students; saves computing all neighbourhoods.

        Raises:
            EmbeddingError: the shape is wrong, the numbers of ids and rows differ, or a row is not finite or
                not of unit length.
        """
        rows = unit_rows(embeddings, what=f"the templates of {engine}")
        if len(student_ids) != len(rows):
            raise EmbeddingError(
                f"{len(student_ids)} student ids for {len(rows)} templates; their numbers must be equal"
            )
        names, owners = np.unique(np.asarray(student_ids, dtype=object).astype(str), return_inverse=True)
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(names)))
        ids, fused = tuple(names.tolist()), fuse(rows[order], starts)
        cohorts = Cohorts(
            ids,
            fused,
            None if school is None else school.cohorts,
            None if previous is None else previous.cohorts,
        )
        return cls(engine, ids, fused, (rows[order], owners[order].astype(np.intp)), cohorts)

    def indexed(self, index: NearestTemplates) -> Gallery:
        """The same gallery, in which an index finds the nearest students.

        Args:
            index: has their fused templates under their ids; others in it are not found.
        """
        return Gallery(self.engine, self._ids, self._rows, self._photos, self.cohorts.indexed(index))

    def __len__(self) -> int:
        """Number of templates."""
        return len(self._photos[0])

    @property
    def students(self) -> int:
        """Number of people, which decisions count as searched."""
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Number of values in an embedding."""
        return int(self._rows.shape[1])

    @property
    def student_ids(self) -> tuple[str, ...]:
        """The ids of all students, in the order of ``similarities``."""
        return self._ids

    @property
    def rows(self) -> Embeddings:
        """The fused templates of all students, ``(P, D)`` float32, in the order of ``student_ids``."""
        return self._rows

    def place(self, student_id: str) -> int | None:
        """Where a student is in ``student_ids``; None if they are not there."""
        place = bisect_left(self._ids, student_id)
        return place if place < len(self._ids) and self._ids[place] == student_id else None

    def fused(self, student_id: str) -> Embeddings | None:
        """The fused templates of a student, ``(D,)`` float32; None if they are not there."""
        place = self.place(student_id)
        return None if place is None else self._rows[place]

    def similarities(self, embeddings: NDArray[Any], *, engine: str | None = None) -> Embeddings:
        """The similarities of several faces to all students.

        Args:
            embeddings: ``(F, D)`` float32, rows of unit length.
            engine: as for ``search``.

        Returns:
            ``(F, P)`` float32 cosine similarities to the fused templates, in the order of ``student_ids``.

        Raises:
            GalleryMismatchError: the embeddings are from another engine than the templates.
            EmbeddingError: the shape is wrong, or a row is not finite or not of unit length.
        """
        rows = unit_rows(embeddings, what="the embeddings")
        self._require_engine(engine, rows.shape[1])
        scores = np.empty((len(rows), self.students), np.float32)
        for own, row in zip(scores, rows, strict=True):
            own[:] = self.products(row)
        return scores

    @cached_property
    def stranger_level(self) -> float:
        """The score that strangers of the students' kind rarely reach.

        Each enrolled photo is searched without its owner, as a stranger's would be. Returns the mean of the
        best scores plus two standard deviations; minus infinity for fewer than two students.
        """
        if self.students < 2:
            return -np.inf
        photos, owners = self._photos
        step = max(1, len(photos) // STRANGER_SEARCHES)
        photos, owners = photos[::step], owners[::step]
        scores = photos @ self._rows.T
        scores[np.arange(len(photos)), owners] = -np.inf
        best = scores.max(axis=1).astype(np.float64)
        return float(best.mean() + STRANGER_DEVIATIONS * best.std())

    def search(
        self, embedding: NDArray[Any], top: int = 3, *, engine: str | None = None
    ) -> tuple[Candidate, ...]:
        """Find the students most similar to a face.

        Args:
            embedding: ``(D,)`` float32 of unit length.
            top: maximum number of students to return.
            engine: versioned name of the engine that computed the embedding, compared with the gallery's if
                given; the number of dimensions is always compared.

        Returns:
            The best students, best first, with the similarity to their fused templates (see
            ``template_fusion``); ties in the order of ids. Empty for an empty gallery.

        Raises:
            GalleryMismatchError: the embedding is from another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of unit length.
        """
        probe = self._probe(embedding, engine)
        return ranked(self._ids, self.products(probe), top) if len(self) else ()

    def nearest(self, embedding: NDArray[Any], count: int) -> NDArray[np.intp]:
        """The places in ``student_ids`` of the students most similar to a face, best first.

        Args:
            embedding: ``(D,)`` float32 of unit length, from the gallery's engine.
            count: how many, at least one; fewer if there are no more.

        Raises:
            GalleryMismatchError: the embedding has another number of values than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of unit length.
        """
        return self.cohorts.nearest_places(self._probe(embedding), count)

    def similarities_to(self, embedding: NDArray[Any], places: NDArray[np.intp]) -> Embeddings:
        """The similarities of a face to the students at some places, ``(n,)`` float32."""
        similarities: Embeddings = self._rows[places] @ self._probe(embedding)
        return similarities

    def _probe(self, embedding: NDArray[Any], engine: str | None = None) -> Embeddings:
        vector = np.asarray(embedding)
        if vector.ndim != 1:
            raise EmbeddingError(f"one embedding must have the shape (D,), got {vector.shape}")
        self._require_engine(engine, len(vector))
        probe: Embeddings = unit_rows(vector[np.newaxis], what="the embedding")[0]
        return probe

    def _require_engine(self, engine: str | None, dimension: int) -> None:
        if engine is not None and engine != self.engine:
            raise GalleryMismatchError(
                f"the embedding was computed by {engine} and the templates by {self.engine}: {RE_EMBED}"
            )
        if len(self) and dimension != self.dimension:
            raise GalleryMismatchError(
                f"the embedding has {dimension} values and the templates of {self.engine} have "
                f"{self.dimension}: {RE_EMBED}"
            )

    def products(self, probe: Embeddings) -> Embeddings:
        """The matrix-vector product ``(P, D) x (D,)``, in blocks and unchecked: ``(P,)`` float32."""
        return products(self._rows, probe)
