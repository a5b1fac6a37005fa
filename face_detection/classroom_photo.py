"""Reads a photo of a whole room: every face of it, judged and embedded one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_detection.face_detect import Detector
from face_detection.image_embedding import Engine
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.quality import QualityLimits, judge
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Embedding, Face, Photo

MOST_BYTES = 30_000_000
"""Largest file that is read: 48 megapixels of a phone have 10 to 25 MB."""

SMALLEST_FACE = 30.0
"""Side in pixels of the smallest face that is looked for, so that one of 32 is found wherever the sizes of
MTCNN's pyramid lie: it found 98 % of those of 32 to 40 px."""

# Where the numbers come from: 3,935 faces that MTCNN found in 100 composed scenes of lfw10 and lfw150gray, by
# `python -m benchmarks.classroom_limits` with `--engine both`, 2026-11-21. A rate is the share of people who
# are recognised in a class of 60, each on their own: 0.91 over all. Strangers pass no more often for any of
# these: a limit hardly protects anybody, it separates those who can't be recognised from those not enrolled.

CLASSROOM_LIMITS = QualityLimits(
    confidence=0.8,  # MTCNN's own; 0.80 to 0.90: 0.53
    second_face=float("inf"),  # a room is full of faces
    side=28.0,  # one of 32 is measured as 28 to 36; 28 to 30: 0.62; 30 to 34: 0.75; 40 to 48: 0.85
    visible=0.75,  # as at check-in: nobody was cut off by the edge
    brightest=35.0,  # 35 to 45: 0.71; 45 to 60: 0.82; darker ones were not found
    blown=0.45,  # as at check-in: nobody sat in glaring light
    sharpness=0.5,  # 0.25 to 0.5: 0.07; 0.5 to 1: 0.39; 1 to 1.5: 0.62
    turn=0.6,  # as at check-in; from 0.45 on as good as from the front
    nod=(0.1, 0.95),  # as at check-in; without a trend
)
"""What a face of a room must reach to be recognised: more lenient than a selfie, as nobody can be asked for
another one."""

EMBEDDED_AT_ONCE = 4
"""Faces that go through the network in one call: a phone that checks in meanwhile waits for one such call."""

DECODING, FINDING, EMBEDDING = "decoding", "finding", "embedding"
"""The stages that are told while a photo is read."""


@dataclass(frozen=True, eq=False)
class SeenFace:
    """One face of a room.

    Attributes:
        face: where it is.
        quality: 0 to 1, comparable within one engine and detector.
        problems: why it is not recognised, the most telling first; empty means that ``embedding`` is there.
        embedding: ``(D,)`` float32 of length 1, or None where there are problems.
    """

    face: Face
    quality: float
    problems: tuple[PhotoProblem, ...]
    embedding: Embedding | None


@dataclass(frozen=True, eq=False)
class ClassroomProbe:
    """All that was read from one photo of a room.

    Attributes:
        photo: the decoded photo, upright, at the size at which faces were embedded.
        faces: all of them, largest first.
    """

    photo: Photo
    faces: tuple[SeenFace, ...]


class ClassroomReader:
    """Finds, judges and embeds all faces of a photo; any number of threads may share it.

    Args:
        detector: finds faces.
        engine: embeds them.
        limits: what a face must reach to be embedded.
    """

    def __init__(self, detector: Detector, engine: Engine, limits: QualityLimits = CLASSROOM_LIMITS) -> None:
        self._detector = detector
        self._engine = engine
        self._limits = limits

    def read(self, data: bytes, *, told: Progress = silent) -> ClassroomProbe:
        """Decode a photo, find all its faces, and embed those that are fit.

        Args:
            data: a JPEG, PNG, WebP or HEIC file of at most ``MOST_BYTES``.
            told: how far it is, by the stages `DECODING`, `FINDING` and `EMBEDDING`.

        Raises:
            PhotoError: the bytes are no photo that can be read.
            BusyError: too many photos were being decoded for too long.
        """
        told(DECODING, 0, 1)
        photo = decode(data, most_bytes=MOST_BYTES)
        told(FINDING, 0, 1)
        faces = self.find(photo)
        return ClassroomProbe(photo, self.embed(photo, faces, told=told))

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:
        """Find the faces of a photo, or of a frame of a video.

        Args:
            photo: of any size.
            smallest_face: side in pixels of the smallest face that is looked for; None: `SMALLEST_FACE`.

        Returns:
            The faces that the detector is sure of, largest first.
        """
        found = self._detector.detect_all(photo, smallest_face or SMALLEST_FACE)
        return tuple(face for face in found if face.confidence >= self._limits.confidence)

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Find the faces of a frame that are about where they are expected; much faster than all.

        Args:
            photo: the frame.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 where faces are expected, in its pixels.

        Returns:
            The faces that the detector is sure of, largest first.
        """
        found = self._detector.detect_near(photo, boxes)
        return tuple(face for face in found if face.confidence >= self._limits.confidence)

    def embed(self, photo: Photo, faces: Sequence[Face], *, told: Progress = silent) -> tuple[SeenFace, ...]:
        """Judge faces and embed those that are fit, a few at a time, so that phones get through meanwhile.

        Args:
            photo: where the faces were found.
            faces: any number of them.
            told: how many are done, as `EMBEDDING`.

        Returns:
            One for each face, in their order.
        """
        verdicts = [judge(photo, face, self._limits) for face in faces]
        fit = [face for face, (problems, _) in zip(faces, verdicts, strict=True) if not problems]
        rows: list[Embedding] = []
        for start in range(0, len(fit), EMBEDDED_AT_ONCE):
            told(EMBEDDING, start, len(fit))
            rows.extend(self._engine.embed(photo, fit[start : start + EMBEDDED_AT_ONCE]))
        told(EMBEDDING, len(fit), len(fit))
        embeddings = iter(rows)
        return tuple(
            SeenFace(face, quality, problems, None if problems else next(embeddings))
            for face, (problems, quality) in zip(faces, verdicts, strict=True)
        )
