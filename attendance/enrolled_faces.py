"""All enrolled faces in memory while a folder is enrolled, to find a face that is another student's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attendance.galleries import usable_templates
from attendance.store.protocol import Store
from attendance.values import Template
from face_matching.gallery import Gallery


@dataclass(frozen=True)
class Nearest:
    """The student who looks most like a face, with the score, and how many were compared."""

    student_id: str
    score: float
    searched: int


class EnrolledFaces:
    """Follows the store's gallery; what this process adds itself is appended and not read again.

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
        self._templates: list[Template] = []
        self._gallery: Gallery | None = None

    def refresh(self) -> None:
        """Read the templates again if the gallery has changed since.

        Raises:
            EngineMismatchError: there are templates, and none of this engine and detector.
        """
        version = self._store.gallery_version()
        if version == self._version:
            return
        self._templates = usable_templates(self._store, self._engine, self._detector)
        self._gallery = None
        self._version = version

    def nearest_other(self, embedding: NDArray[np.float32], student_id: str) -> Nearest | None:
        """Who of the others looks most like this face; None where there are no others.

        Args:
            embedding: ``(D,)`` float32 of length 1.
            student_id: whom to leave out.
        """
        if not self._templates:
            return None
        if self._gallery is None:
            rows = np.stack([template.embedding for template in self._templates])
            owners = [template.student_id for template in self._templates]
            self._gallery = Gallery.build(self._engine, owners, rows)
        # Of the best two students at most one is the student's own.
        found = self._gallery.search(embedding, top=2)
        others = [candidate for candidate in found if candidate.student_id != student_id]
        if not others:
            return None
        is_in = any(template.student_id == student_id for template in self._templates)
        return Nearest(others[0].student_id, others[0].score, self._gallery.students - is_in)

    def append(self, templates: Sequence[Template], *, version: int | None) -> None:
        """Take in what was just enrolled.

        Args:
            templates: the new ones.
            version: the gallery's version after they were written; None for a dry run, which writes nothing.
        """
        self._templates += templates
        self._gallery = None
        # One step further means that nobody else has changed the gallery; otherwise it is read again.
        if version is not None and self._version is not None and version == self._version + 1:
            self._version = version
