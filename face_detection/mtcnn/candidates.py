"""Candidate boxes between MTCNN's stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.values import Face

MOST_CANDIDATES = 1000
"""Most candidates of one pyramid level, and of all levels together; a portrait has about 20, a crowd some
hundreds. Bounds the time and memory that a malicious picture can cost."""


MOST_FACES = 400
"""The same for O-Net, which costs ten times as much per box as R-Net."""

SECOND_LOOK_CANDIDATES = 200
SECOND_LOOK_FACES = 40
"""The same two for the second look at a photo in which nothing was found: one portrait."""

CLASSROOM_CANDIDATES = 4000
CLASSROOM_FACES = 1000
"""The same two for classrooms. A photo of 40 faces had 270 proposals left after P-Net and 47 after R-Net, so
these limits suffice for 600 faces; 24 megapixels tiled with small ones took 5 s of one core, 2026-11-21."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Boxes that may be faces. Immutable; each method returns new candidates.

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
        """Candidates with boxes and scores, but no landmarks."""
        return cls(boxes, scores, np.full((len(boxes), 5, 2), np.nan, np.float32))

    @classmethod
    def joined(cls, parts: Sequence[Candidates]) -> Candidates:
        """The concatenation of several sets."""
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.landmarks for part in parts]),
        )

    def pick(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Candidates:
        """The candidates at some indices, or where a mask is true."""
        return Candidates(self.boxes[chosen], self.scores[chosen], self.landmarks[chosen])

    def above(self, threshold: float) -> Candidates:
        """The candidates with a score above the threshold."""
        return self.pick(self.scores > threshold)

    def best(self, count: int) -> Candidates:
        """The ``count`` candidates with the highest scores."""
        return self if len(self.scores) <= count else self.pick(np.argsort(-self.scores)[:count])

    def without_overlaps(
        self, threshold: float, *, over_smaller: bool = False, most: int = MOST_CANDIDATES
    ) -> Candidates:
        """The survivors of non-maximum suppression among the ``most`` best, best first."""
        if len(self.scores) <= 1:
            return self
        best = self.best(most)
        kept = geometry.suppressed(best.boxes, best.scores, threshold, over_smaller=over_smaller)
        return best.pick(kept)

    def least_second_face(self, confidence: float, ratio: float) -> float:
        """Side of the smallest face that counts beside the largest one; 0 if that is not certain enough.

        Args:
            confidence: the least score of the largest face.
            ratio: the side relative to the largest.
        """
        if not len(self.boxes):
            return 0.0
        sides = (self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1)
        largest = int(np.argmax(sides))
        return float(sides[largest]) * ratio if self.scores[largest] >= confidence else 0.0

    def squared(self) -> Candidates:
        """The boxes widened to squares."""
        return Candidates(geometry.squared(self.boxes), self.scores, self.landmarks)

    def as_faces(self, scale: float) -> tuple[Face, ...]:
        """The candidates as faces, largest first.

        Args:
            scale: the scale of these boxes relative to the photo.
        """
        order = np.argsort(-geometry.areas(self.boxes), kind="stable")
        return self.pick(order).in_order(scale)

    def in_order(self, scale: float) -> tuple[Face, ...]:
        """The candidates as faces, in their order.

        Args:
            scale: the scale of these boxes relative to the photo.
        """
        boxes, landmarks = self.boxes / np.float32(scale), self.landmarks / np.float32(scale)
        return tuple(Face(boxes[i], float(self.scores[i]), landmarks[i]) for i in range(len(boxes)))


NOTHING = Candidates.without_landmarks(np.empty((0, 4), np.float32), np.empty(0, np.float32))
"""An empty set of candidates."""
