"""The gallery: one matrix of everybody enrolled, searched by one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError, GalleryMismatchError
from face_matching.similarity import Embeddings, unit_rows
from face_matching.template_fusion import fuse

# OpenBLAS splits a matrix-vector product over threads from 460,800 numbers on, and then waits 8 ms for a
# thread whenever the processor is busy (as it is with several phones at once). In blocks below that,
# 10,000 templates of 512 numbers take 1.2 ms, busy or not.
NUMBERS_PER_BLOCK = 400_000

RE_EMBED = "re-embed the templates"


@dataclass(frozen=True)
class Candidate:
    """A student that a face may belong to, with their similarity."""

    student_id: str
    score: float


class Gallery:
    """Enrolled templates of one engine, several a student; never changes once built.

    ``len()`` is the number of templates, ``students`` the number of people. The templates of a student are
    fused into one row, so that a decision counts people and not templates.
    """

    def __init__(self, engine: str, student_ids: tuple[str, ...], rows: Embeddings, templates: int) -> None:
        self.engine = engine
        self._ids = student_ids
        self._rows = rows
        self._templates = templates

    @classmethod
    def build(cls, engine: str, student_ids: Sequence[str], embeddings: NDArray[Any]) -> Gallery:
        """Make a gallery from templates in any order.

        Args:
            engine: versioned name of the engine that made every one of the embeddings.
            student_ids: whose template each row is; a student may have several.
            embeddings: ``(M, D)`` float32, rows of length 1.

        Raises:
            EmbeddingError: wrong shape, another number of ids than rows, or a row that is not finite or
                not of length 1.
        """
        rows = unit_rows(embeddings, what=f"the templates of {engine}")
        if len(student_ids) != len(rows):
            raise EmbeddingError(f"{len(student_ids)} student ids for {len(rows)} templates; must be as many")
        names, owners = np.unique(np.asarray(student_ids, dtype=object).astype(str), return_inverse=True)
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(names)))
        return cls(engine, tuple(names.tolist()), fuse(rows[order], starts), len(rows))

    def __len__(self) -> int:
        return self._templates

    @property
    def students(self) -> int:
        """Number of people; what a decision counts as searched."""
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Numbers in an embedding."""
        return int(self._rows.shape[1])

    @property
    def student_ids(self) -> tuple[str, ...]:
        """Everybody in it, in the order of ``similarities``."""
        return self._ids

    def similarities(self, embeddings: NDArray[Any], *, engine: str | None = None) -> Embeddings:
        """How much each of several faces looks like everybody.

        Args:
            embeddings: ``(F, D)`` float32, rows of length 1.
            engine: as for ``search``.

        Returns:
            ``(F, P)`` float32 similarities to the fused templates, in the order of ``student_ids``.

        Raises:
            EngineMismatchError: the embeddings are of another engine than the templates.
            EmbeddingError: a wrong shape, or a row that is not finite or not of length 1.
        """
        rows = unit_rows(embeddings, what="the embeddings")
        self._require_engine(engine, rows.shape[1])
        scores = np.empty((len(rows), self.students), np.float32)
        for own, row in zip(scores, rows, strict=True):
            own[:] = self._similarities(row)
        return scores

    def search(
        self, embedding: NDArray[Any], top: int = 3, *, engine: str | None = None
    ) -> tuple[Candidate, ...]:
        """Find who looks most like this face.

        Args:
            embedding: ``(D,)`` float32 of length 1.
            top: how many students to return at most.
            engine: versioned name of the engine that made the embedding, to be sure that it is the
                gallery's; the number of dimensions is compared in any case.

        Returns:
            Best first, each student once with the similarity to their fused templates (see ``fusion``);
            equal scores in the order of ids. Empty for an empty gallery.

        Raises:
            EngineMismatchError: the embedding is of another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of length 1.
        """
        vector = np.asarray(embedding)
        if vector.ndim != 1:
            raise EmbeddingError(f"one embedding must have the shape (D,), got {vector.shape}")
        self._require_engine(engine, len(vector))
        probe = unit_rows(vector[np.newaxis], what="the embedding")[0]
        return self._best(probe, top)

    def _require_engine(self, engine: str | None, dimension: int) -> None:
        if engine is not None and engine != self.engine:
            raise GalleryMismatchError(
                f"the face was read by {engine} and the templates by {self.engine}: {RE_EMBED}"
            )
        if len(self) and dimension != self.dimension:
            raise GalleryMismatchError(
                f"the embedding has {dimension} numbers and the templates of {self.engine} have "
                f"{self.dimension}: {RE_EMBED}"
            )

    def _best(self, probe: Embeddings, top: int) -> tuple[Candidate, ...]:
        """The ``top`` students for a checked probe."""
        if not len(self) or top < 1:
            return ()
        scores = self._similarities(probe)
        if top < len(scores):
            # Everyone tied with the last place stays in, so that ids alone decide between them.
            enough = np.partition(scores, len(scores) - top)[len(scores) - top]
            chosen = np.flatnonzero(scores >= enough)
        else:
            chosen = np.arange(len(scores))
        ranked = chosen[np.argsort(-scores[chosen], kind="stable")][:top]
        return tuple(Candidate(self._ids[i], float(scores[i])) for i in ranked)

    def _similarities(self, probe: Embeddings) -> Embeddings:
        """The matrix product ``(P, D) x (D,)``, in blocks."""
        step = max(1, NUMBERS_PER_BLOCK // self.dimension)
        scores = np.empty(len(self._rows), dtype=np.float32)
        for first in range(0, len(self._rows), step):
            np.dot(self._rows[first : first + step], probe, out=scores[first : first + step])
        return scores
