"""A pipeline without networks, for measuring everything of a check-in that is not vision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import numpy as np
from numpy.typing import NDArray

from attendance.recognition.pipelines import BurstSource, ClassroomReading, Pipeline
from attendance.values import EnginePin
from face_detection.face_crop import CutFace
from face_detection.quality import QualityLimits
from face_detection.values import Embedding, Face, Photo, Probe

ENGINE, DETECTOR, DIMENSION = "retail-1", "mtcnn", 256
SEED = 2026
_HEIGHT, _WIDTH = 960, 1280
_PINNED_AT = datetime(2026, 11, 30, tzinfo=UTC)


def random_embeddings(count: int) -> NDArray[np.float32]:
    """Embeddings of people who resemble nobody, always the same; ``(count, 256)`` float32 of length 1."""
    rows = np.random.default_rng(SEED).normal(size=(count, DIMENSION))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class FixedPipeline:
    """Sees one person on each photo; see ``attendance.recognition.pipelines.Pipeline``.

    Args:
        seen: the person's embedding, ``(256,)`` float32 of length 1. It can be exchanged.
    """

    engine_name = ENGINE
    detector_name = DETECTOR

    def __init__(self, seen: Embedding) -> None:
        self.seen = seen
        pixels = np.random.default_rng(SEED).integers(0, 256, (_HEIGHT, _WIDTH, 3), np.uint8)
        self._photo = Photo(pixels, (_HEIGHT, _WIDTH))
        landmarks = np.array([[560, 400], [720, 400], [640, 500], [580, 590], [700, 590]], np.float32)
        self._face = Face(np.array([440, 260, 840, 700], np.float32), 1.0, landmarks)

    @property
    def room(self) -> ClassroomReading:
        """Nothing reads classroom photos here."""
        raise NotImplementedError("there are no networks")

    @property
    def bursts(self) -> BurstSource:
        """Nothing reads bursts here."""
        raise NotImplementedError("there are no networks")

    def read(self, data: bytes, limits: QualityLimits) -> Probe:  # noqa: ARG002 - nobody looks at the bytes
        """The person, whatever was sent."""
        return Probe(self._photo, (self._face,), self._face, (), 1.0, self.seen)

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:  # noqa: ARG002 - likewise
        """The person once for each face."""
        return np.stack([self.seen] * len(faces))

    def embed_cut(self, cut: CutFace) -> Embedding:  # noqa: ARG002 - likewise
        """The person."""
        return self.seen


class FixedEngines:
    """Always gives one pipeline; see ``attendance.recognition.engines.Engines``."""

    ready = True
    turn = None

    def __init__(self, pipeline: FixedPipeline) -> None:
        self._pipeline = pipeline

    def pin(self) -> EnginePin:
        """The engine, which is not pinned in any register."""
        return EnginePin(ENGINE, DETECTOR, "It is a measurement.", _PINNED_AT)

    def allows(self, pin: EnginePin) -> bool:
        """The pipeline's own."""
        return pin.engine == ENGINE

    def pipeline(self) -> Pipeline:
        """The pipeline."""
        return cast("Pipeline", self._pipeline)

    def only_try(self) -> None:
        """There is nothing to give up."""

    def asked_with(self, option: str) -> None:
        """Nothing is chosen."""

    def choose_again(self) -> tuple[Pipeline, str]:
        """The same pipeline."""
        return self.pipeline(), "It is a measurement."
