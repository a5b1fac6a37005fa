"""The way from photo to embedding, as the register sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.face_crop import CutFace
from face_detection.liveness.values import BurstReading, FrameReading
from face_detection.quality import QualityLimits
from face_detection.runtime.progress import Progress, silent
from face_detection.search.face_search import Look
from face_detection.values import Embedding, Face, Photo, Probe
from face_matching.decision import DecisionPolicy


class ClassroomReading(Protocol):
    """Reads photos and frames of a classroom; see ``face_detection.classroom_photo.ClassroomReader``."""

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """All faces of one photo.

        Raises:
            PhotoError: the bytes are not a readable photo.
        """
        ...

    def search(self, photo: Photo) -> Look:
        """The photo, turned so that most of its faces are upright, with its faces, largest first."""
        ...

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:
        """The faces of one photo or frame, largest first."""
        ...

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Those faces of a frame that are about where they are expected, ``(N, 4)``, largest first."""
        ...

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """Those faces judged and, where fit, embedded, in their order."""
        ...


class BurstSource(Protocol):
    """Reads bursts of frames; see ``face_detection.liveness.burst_reader.BurstReader``."""

    @property
    def has_mesh(self) -> bool:
        """Whether the face mesh is there, the second measure of a movement."""
        ...

    @property
    def mesh_note(self) -> str:
        """Why it is not, in words for an admin; empty if it is."""
        ...

    def load(self) -> None:
        """Load the face mesh now instead of at the first burst."""
        ...

    def read(self, frames: Sequence[bytes], taken: Sequence[int]) -> BurstReading:
        """What the frames of a burst show, taken at these milliseconds.

        Raises:
            PhotoError: a frame is not a readable photo, or there are too many or too large ones.
        """
        ...

    def read_face(self, photo: Photo, face: Face, at: int) -> FrameReading:
        """The head of a face that was found in a camera's frame at this millisecond."""
        ...


class Pipeline(Protocol):
    """Reads photos with one engine and one detector."""

    @property
    def engine_name(self) -> str:
        """Versioned, such as ``facenet-1``."""
        ...

    @property
    def detector_name(self) -> str:
        """Such as ``mtcnn``."""
        ...

    @property
    def room(self) -> ClassroomReading:
        """Reads classroom photos with the same networks."""
        ...

    @property
    def bursts(self) -> BurstSource:
        """Reads bursts of frames with the same detector."""
        ...

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        """The faces and the embedding of one photo.

        Raises:
            PhotoError: the bytes are not a readable photo.
        """
        ...

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """The embeddings ``(N, D)`` of faces that this detector found in a photo, in their order."""
        ...

    def embed_cut(self, cut: CutFace) -> Embedding:
        """The embedding of a face that was cut out of a photo in which this detector had found it.

        Raises:
            PhotoError: the picture is damaged.
        """
        ...


PipelineSource = Callable[[], Pipeline]
"""Gives the pipeline, loading it on the first call; may be called from any thread."""

PolicySource = Callable[[str, str], DecisionPolicy]
"""Gives the rule of decision for the names of an engine and a detector."""
