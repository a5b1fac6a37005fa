"""Reads a classroom photo: detects, assesses and embeds all faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.face_detect import Detector
from face_detection.image_embedding import Engine
from face_detection.mtcnn.geometry import shrunk
from face_detection.mtcnn.stages import QUARTERS
from face_detection.photo import decode, turn_to_read
from face_detection.problems import PhotoProblem
from face_detection.quality import QualityLimits, judge
from face_detection.runtime.progress import Progress, silent
from face_detection.search.face_search import Look, are_upright
from face_detection.search.turning import turned
from face_detection.values import Embedding, Face, Photo

MOST_BYTES = 30_000_000
"""Largest accepted file: a phone's 48 megapixels have 10 to 25 MB."""

SMALLEST_FACE = 30.0
"""Side in pixels of the smallest face to detect, low enough to find faces of 32 px at any scale of MTCNN's
pyramid: it found 98 % of those of 32 to 40 px."""

# Source of the limits: 3,935 faces that MTCNN detected in 100 composed scenes of lfw10 and lfw150gray, by
# `python -m benchmarks.classroom_limits` with `--engine both`, 2026-11-21. A rate is the fraction of people
# who are recognised in a class of 60, each face separately: 0.91 overall. None of these properties makes
# false matches more likely, so a limit hardly protects anybody; it separates people who can't be recognised
# from people who are not enrolled.

CLASSROOM_LIMITS = QualityLimits(
    confidence=0.8,  # MTCNN's own; 0.80 to 0.90: 0.53
    second_face=float("inf"),  # a classroom is full of faces
    side=28.0,  # one of 32 is measured as 28 to 36; 28 to 30: 0.62; 30 to 34: 0.75; 40 to 48: 0.85
    visible=0.75,  # as at check-in: nobody was cut off by the edge
    brightest=35.0,  # 35 to 45: 0.71; 45 to 60: 0.82; darker ones were not found
    blown=0.45,  # as at check-in: nobody was overexposed
    sharpness=0.5,  # 0.25 to 0.5: 0.07; 0.5 to 1: 0.39; 1 to 1.5: 0.62
    turn=0.6,  # as at check-in; above 0.45 as good as frontal
    nod=(0.1, 0.95),  # as at check-in; without a trend
)
"""Quality limits for faces in classroom photos: more lenient than for selfies, because nobody can be asked
for another photo."""

TURNED_SIDE = 1280
"""Longest side in pixels at which a photo is searched in other positions. It is at most half of the photo's
own, so the three looks take at most three quarters of the time that the photo itself took."""

EMBEDDED_AT_ONCE = 4
"""Batch size: a check-in in the meantime waits for one batch."""

DECODING, FINDING, EMBEDDING = "decoding", "finding", "embedding"
"""The stages reported while a photo is read."""


@dataclass(frozen=True, eq=False)
class SeenFace:
    """One face of a classroom photo.

    Attributes:
        face: the detected face.
        quality: 0 to 1, comparable within one engine and detector.
        problems: why it can't be recognised, the most important first; empty if there is an ``embedding``.
        embedding: ``(D,)`` float32 of unit length, or None if there are problems.
    """

    face: Face
    quality: float
    problems: tuple[PhotoProblem, ...]
    embedding: Embedding | None


@dataclass(frozen=True, eq=False)
class ClassroomProbe:
    """The result of reading one classroom photo.

    Attributes:
        photo: the decoded photo, upright, at the size at which faces were embedded.
        faces: all faces, largest first.
        quarters: quarter turns anticlockwise by which the photo was turned.
    """

    photo: Photo
    faces: tuple[SeenFace, ...]
    quarters: int = 0


class ClassroomReader:
    """Detects, assesses and embeds all faces of a photo; thread-safe.

    Args:
        detector: detects faces.
        engine: computes their embeddings.
        limits: the quality limits for embedding a face.
    """

    def __init__(self, detector: Detector, engine: Engine, limits: QualityLimits = CLASSROOM_LIMITS) -> None:
        self._detector = detector
        self._engine = engine
        self._limits = limits

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """Decode a photo, detect all faces, and embed those of sufficient quality.

        Args:
            data: a JPEG, PNG, WebP or HEIC file of at most ``MOST_BYTES``.
            progress: receives the progress of the stages `DECODING`, `FINDING` and `EMBEDDING`.

        Raises:
            PhotoError: the bytes are not a readable photo.
            BusyError: too many photos are being read; try again.
        """
        progress(DECODING, 0, 1)
        with turn_to_read(data, most_bytes=MOST_BYTES):
            look = self.search(_decoded(data, progress))  # and keeps no photo that it has to turn
            return ClassroomProbe(
                look.photo, self.embed(look.photo, look.faces, progress=progress), look.quarters
            )

    def search(self, photo: Photo) -> Look:
        """Detect the faces of a photo, and turn it if most of them are upright in another position only.

        Args:
            photo: a photo of any size.

        Returns:
            The photo, turned if necessary, with the faces with sufficient confidence, largest first.
        """
        faces = self.find(photo)
        quarters = 0 if are_upright(self._detector, photo, faces) else self._best_position(photo, faces)
        if not quarters:
            return Look(photo, quarters, faces)
        photo = turned(photo, quarters)  # a large one is not kept as it was sent
        return Look(photo, quarters, self.find(photo))

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:
        """Detect the faces of a photo or of a frame.

        Args:
            photo: a photo of any size.
            smallest_face: side in pixels of the smallest face to detect; None means `SMALLEST_FACE`.

        Returns:
            The faces with sufficient confidence, largest first.
        """
        found = self._detector.detect_all(photo, smallest_face or SMALLEST_FACE)
        return tuple(face for face in found if face.confidence >= self._limits.confidence)

    def _best_position(self, photo: Photo, faces: Sequence[Face]) -> int:
        """The quarter turns after which most faces are found in a smaller copy.

        Args:
            photo: the photo as it was sent.
            faces: what was found in it.
        """
        side = min(TURNED_SIDE, max(photo.height, photo.width) // 2)
        small = Photo(shrunk(photo.pixels, side)[0], photo.original_size)
        counts = [len(self.find(small)) if faces else 0]
        counts += [len(self.find(turned(small, quarters))) for quarters in range(1, QUARTERS)]
        return counts.index(max(counts))

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Detect the faces of a frame near expected positions; much faster than `find`.

        Args:
            photo: the frame.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 of the expected faces in pixels of the frame.

        Returns:
            The faces with sufficient confidence, largest first.
        """
        found = self._detector.detect_near(photo, boxes)
        return tuple(face for face in found if face.confidence >= self._limits.confidence)

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """Assess faces and embed those of sufficient quality, in small batches so that check-ins don't wait.

        Args:
            photo: the photo in which the faces were detected.
            faces: any number of faces.
            progress: receives the progress of `EMBEDDING`.

        Returns:
            One result per face, in their order.
        """
        assessments = [judge(photo, face, self._limits) for face in faces]
        fit = [face for face, (problems, _) in zip(faces, assessments, strict=True) if not problems]
        rows: list[Embedding] = []
        for start in range(0, len(fit), EMBEDDED_AT_ONCE):
            progress(EMBEDDING, start, len(fit))
            rows.extend(self._engine.embed(photo, fit[start : start + EMBEDDED_AT_ONCE]))
        progress(EMBEDDING, len(fit), len(fit))
        embeddings = iter(rows)
        return tuple(
            SeenFace(face, quality, problems, None if problems else next(embeddings))
            for face, (problems, quality) in zip(faces, assessments, strict=True)
        )


def _decoded(data: bytes, progress: Progress) -> Photo:
    photo = decode(data, most_bytes=MOST_BYTES)
    progress(FINDING, 0, 1)
    return photo
