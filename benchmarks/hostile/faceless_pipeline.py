"""A pipeline without networks: every photo is really decoded and none has a face, so nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.apparatus.fixed_pipeline import DETECTOR, DIMENSION, ENGINE
from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.face_crop import CutFace
from face_detection.liveness.values import BurstReading, FrameReading, MovementProblem
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.quality import QualityLimits
from face_detection.runtime.progress import Progress, silent
from face_detection.search.face_search import Look
from face_detection.values import Embedding, Face, Photo, Probe


class FacelessRoom:
    """See ``attendance.recognition.pipelines.ClassroomReading``."""

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:  # noqa: ARG002 - it takes no time
        """A photo without faces."""
        return ClassroomProbe(decode(data), ())

    def search(self, photo: Photo) -> Look:
        """The photo as it is, without faces."""
        return Look(photo, 0, ())

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:  # noqa: ARG002 - likewise
        """None."""
        return ()

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:  # noqa: ARG002 - likewise
        """None."""
        return ()

    def embed(
        self,
        photo: Photo,  # noqa: ARG002 - likewise
        faces: Sequence[Face],  # noqa: ARG002 - likewise
        *,
        progress: Progress = silent,  # noqa: ARG002 - likewise
    ) -> tuple[SeenFace, ...]:
        """None."""
        return ()


class FacelessBursts:
    """See ``attendance.recognition.pipelines.BurstSource``."""

    has_mesh = True
    mesh_note = ""

    def load(self) -> None:
        """There is nothing to load."""

    def read(self, frames: Sequence[bytes], taken: Sequence[int]) -> BurstReading:  # noqa: ARG002 - likewise
        """Decode each frame; no face is in any."""
        for frame in frames:
            decode(frame)
        return BurstReading((), (MovementProblem.NO_FACE,), with_mesh=True)

    def read_face(self, photo: Photo, face: Face, at: int) -> FrameReading:
        """Nobody asks for this where no face is."""
        raise NotImplementedError("there are no faces")


class FacelessPipeline:
    """See ``attendance.recognition.pipelines.Pipeline``."""

    engine_name = ENGINE
    detector_name = DETECTOR

    def __init__(self) -> None:
        self.room = FacelessRoom()
        self.bursts = FacelessBursts()

    def read(self, data: bytes, limits: QualityLimits) -> Probe:  # noqa: ARG002 - nothing is judged
        """Decode the photo as the real one does; no face is in it."""
        return Probe(decode(data), (), None, (PhotoProblem.NO_FACE,), 0.0, None)

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:  # noqa: ARG002 - likewise
        """No rows."""
        return np.zeros((0, DIMENSION), np.float32)

    def embed_cut(self, cut: CutFace) -> Embedding:
        """Nobody asks for this where no face is."""
        raise NotImplementedError("there are no faces")
