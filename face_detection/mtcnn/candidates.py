"""Boxes on their way through MTCNN's stages, until they are faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.values import Face

MOST_CANDIDATES = 1000
"""Candidates that are looked at in one level and after all levels; a portrait has about 20 and a crowd
some hundreds. It bounds the time and memory that a hostile picture can cost."""


MOST_FACES = 400
"""The same for O-Net, whose look costs ten times as much as R-Net's."""

ROOM_CANDIDATES = 4000
ROOM_FACES = 1000
"""The same two in a room. One of 40 faces had 270 proposals left after P-Net and 47 after R-Net, so that
these are enough for 600 faces; 24 megapixels tiled with small ones took 5 s of one core, 2026-11-21."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Boxes that may be faces; each method gives new ones.

    Attributes:
        boxes: ``(N, 4)`` float32 x1, y1, x2, y2.
        scores: ``(N,)`` float32, 0 to 1.
        landmarks: ``(N, 5, 2)`` float32 x, y; NaN before O-Net.
    """

    boxes: geometry.Boxes
    scores: NDArray[np.float32]
    landmarks: NDArray[np.float32]

    @classmethod
    def without_landmarks(cls, boxes: geometry.Boxes, scores: NDArray[np.float32]) -> Candidates:
        """Boxes and scores alone."""
        return cls(boxes, scores, np.full((len(boxes), 5, 2), np.nan, np.float32))

    @classmethod
    def joined(cls, parts: Sequence[Candidates]) -> Candidates:
        """All of several, in order."""
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.landmarks for part in parts]),
        )

    def pick(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Candidates:
        """Those at some indices, or where a mask is true."""
        return Candidates(self.boxes[chosen], self.scores[chosen], self.landmarks[chosen])

    def above(self, threshold: float) -> Candidates:
        """Those with a higher score."""
        return self.pick(self.scores > threshold)

    def best(self, count: int) -> Candidates:
        """At most so many, those with the highest scores."""
        return self if len(self.scores) <= count else self.pick(np.argsort(-self.scores)[:count])

    def without_overlaps(
        self, threshold: float, *, over_smaller: bool = False, most: int = MOST_CANDIDATES
    ) -> Candidates:
        """Those that non-maximum suppression leaves of the ``most`` best, best first."""
        few = self.best(most)
        kept = geometry.suppressed(few.boxes, few.scores, threshold, over_smaller=over_smaller)
        return few.pick(kept)

    def squared(self) -> Candidates:
        """The boxes widened to squares."""
        return Candidates(geometry.squared(self.boxes), self.scores, self.landmarks)

    def as_faces(self, scale: float) -> tuple[Face, ...]:
        """Faces, largest first.

        Args:
            scale: pixels here for one pixel of the photo that the faces belong to.
        """
        order = np.argsort(-geometry.areas(self.boxes), kind="stable")
        return tuple(
            Face(
                self.boxes[i] / np.float32(scale),
                float(self.scores[i]),
                self.landmarks[i] / np.float32(scale),
            )
            for i in order
        )


NOTHING = Candidates.without_landmarks(np.empty((0, 4), np.float32), np.empty(0, np.float32))
"""No candidate at all."""
