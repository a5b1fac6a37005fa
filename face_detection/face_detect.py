"""The detectors by name, behind one interface."""

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
    """Finds faces and their landmarks; any number of threads may call it at the same time."""

    @property
    def name(self) -> str:
        """What the thresholds are filed under."""

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Find every face.

        Args:
            photo: of any size.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Find every face of a whole room, however many and however far away.

        Args:
            photo: of any size.
            smallest_face: side in pixels of the smallest face that is looked for.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """

    def detect_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """Find the faces that are about where they are expected, as in the next frame of a video.

        Args:
            photo: of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 where faces are expected, in the photo's pixels.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates; no more than there are boxes.
        """


DETECTORS = ("mtcnn", "haar")
"""Names that `load_detector` knows, the default first."""


def load_detector(name: str, runtime: Runtime) -> Detector:
    """Make a detector ready.

    Args:
        name: one of `DETECTORS`.
        runtime: where its networks run.

    Raises:
        EngineError: there is no such detector.
        ModelFileError: its weights are missing or damaged.
    """
    if name == "mtcnn":
        return Mtcnn(runtime)
    if name == "haar":
        return Haar(runtime)
    raise EngineError(
        f"There is no detector {name!r}. Set ATTENDANCE_DETECTOR to {' or '.join(DETECTORS)}, or leave it "
        "out."
    )
