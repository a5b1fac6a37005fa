"""A pipeline whose embeddings are turned by the site's key, as the enrolled ones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from attendance.recognition.pipelines import ClassroomReading, Pipeline
from attendance.sealing.turn import TemplateTurn
from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.face_crop import CutFace
from face_detection.quality import QualityLimits
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Embedding, Face, Photo, Probe


class TurnedReader:
    """See ``ClassroomReading``.

    Args:
        reader: reads photos.
        turn: turns what it embeds.
    """

    def __init__(self, reader: ClassroomReading, turn: TemplateTurn) -> None:
        self._reader = reader
        self._turn = turn

    def __getattr__(self, name: str) -> Any:
        """Everything that embeds nothing."""
        return getattr(self._reader, name)

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """See ``ClassroomReading``."""
        probe = self._reader.read(data, progress=progress)
        return replace(probe, faces=self._turned(probe.faces))

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """See ``ClassroomReading``."""
        return self._turned(self._reader.embed(photo, faces, progress=progress))

    def _turned(self, faces: Sequence[SeenFace]) -> tuple[SeenFace, ...]:
        return tuple(
            face
            if face.embedding is None
            else replace(face, embedding=self._turn.turned(np.asarray(face.embedding, np.float32)))
            for face in faces
        )


class TurnedPipeline:
    """See ``Pipeline``.

    Args:
        pipeline: reads photos.
        turn: turns what it embeds.
    """

    def __init__(self, pipeline: Pipeline, turn: TemplateTurn) -> None:
        self._pipeline = pipeline
        self._turn = turn
        self._room = TurnedReader(pipeline.room, turn)

    def __getattr__(self, name: str) -> Any:
        """Everything that embeds nothing."""
        return getattr(self._pipeline, name)

    @property
    def room(self) -> ClassroomReading:
        """See ``Pipeline``."""
        return cast("ClassroomReading", self._room)  # what it lacks it passes on

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        """See ``Pipeline``."""
        probe = self._pipeline.read(data, limits)
        if probe.embedding is None:
            return probe
        return replace(probe, embedding=self._turn.turned(np.asarray(probe.embedding, np.float32)))

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """See ``Pipeline``."""
        return self._turn.turned(self._pipeline.embed(photo, faces))

    def embed_cut(self, cut: CutFace) -> Embedding:
        """See ``Pipeline``."""
        return self._turn.turned(np.asarray(self._pipeline.embed_cut(cut), np.float32))
