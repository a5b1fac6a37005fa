"""The interface of face detectors, and loading one by name."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import EngineError
from face_detection.haar import Haar
from face_detection.mtcnn.detector import Mtcnn
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo


class Detector(Protocol):
    """Detects faces and their landmarks; thread-safe."""

    @property
    def name(self) -> str:
        """The name of the detector, used to select thresholds."""

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Detect all faces of a photo.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """

    def detect_subject(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:
        """Detect the largest face of a photo, and every other one that is not much smaller, quickly.

        Args:
            photo: a photo of any size.
            confidence: the least confidence of a face.
            second_face: side of the smallest other face that counts, relative to the largest; 0 means all.

        Returns:
            The faces, largest first, in pixel coordinates of the photo, perhaps with smaller ones; all
            faces if the largest has less than the confidence.
        """

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Detect all faces of a classroom, including many small ones.

        Args:
            photo: a photo of any size.
            smallest_face: side in pixels of the smallest face to detect.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """

    def detect_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Detect faces near expected positions, for example in the next frame of a video.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 of the expected faces, in pixel coordinates of the photo.

        Returns:
            The faces, largest first, in pixel coordinates of the photo; at most one per box.
        """

    def detect_around(self, photo: Photo, box: NDArray[np.float32]) -> tuple[Face, ...]:
        """Detect faces about where a box is, and about as large, as `detect` does, but quickly.

        Args:
            photo: a photo of any size.
            box: ``(4,)`` float32 x1, y1, x2, y2 of the expected face, in pixel coordinates of the photo.

        Returns:
            The faces, largest first, in pixel coordinates of the photo, perhaps with others.
        """

    def detect_again(self, photo: Photo) -> tuple[Face, ...]:
        """Detect faces with lower thresholds, but not the smallest ones, and at a limited cost.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """

    def steadied(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Regress faces again, from several placements of each box, which steadies confidence and landmarks.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2, in pixel coordinates of the photo.

        Returns:
            One face per box, in their order, whatever its confidence.
        """

    def turned_scores(
        self, photo: Photo, boxes: NDArray[np.float32], *, steady: bool = False
    ) -> NDArray[np.float32]:
        """How much boxes resemble a face as they are and turned.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2, in pixel coordinates of the photo.
            steady: whether to average over several placements of each box.

        Returns:
            ``(N, 4)`` float32, 0 to 1, after 0 to 3 quarter turns anticlockwise.
        """


DETECTORS = ("mtcnn", "haar")
"""The names that `load_detector` accepts, the default first."""


def load_detector(name: str, runtime: Runtime) -> Detector:
    """Load a detector.

    Args:
        name: one of `DETECTORS`.
        runtime: runs its networks.

    Raises:
        EngineError: there is no such detector.
        ModelFileError: its weights are missing or damaged.
    """
    if name == "mtcnn":
        return Mtcnn(runtime)
    if name == "haar":
        return Haar(runtime)
    raise EngineError(
        f"There is no detector {name!r}. Set ATTENDANCE_DETECTOR to {' or '.join(DETECTORS)}, or unset it."
    )
