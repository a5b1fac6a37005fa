"""The Haar detector: OpenCV's cascade proposes boxes; MTCNN's O-Net verifies them and finds landmarks."""

from __future__ import annotations

from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.errors import ModelFileError
from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.output_detector import OutputDetector
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.runtime.reinstall import reinstall
from face_detection.values import Face, Photo, Pixels

OPENCV = '"opencv-python>=4.14,<5"'  # as it is typed; OpenCV 5 has no cascades
CASCADE = "haarcascade_frontalface_default.xml"

CASCADE_SIDE = 400
"""Longest side in pixels of the cascade's input. On 150 photos of LFW, enlarged into 640x480, 320
to 640 px found the same faces (98 to 100 %), at a cost that grows with the area; 2026-11-21."""

CASCADE_SEARCH = (1.2, 3)
"""The cascade's scale factor and minimum number of neighbours. On the same photos 1.2 and 3 found all faces
in half the time of the usual 1.1 and 5; O-Net rejected all of the additional false positives."""

CLASSROOM_SEARCH = (1.1, 1)
"""The same for classrooms, where nobody can come closer: of 40 faces of a composed classroom it found 36, and
1.2 and 3 only 27. The histogram is not equalised there: in unevenly lit pictures that costs faces (4 of the
40), and takes as long as the whole search; 2026-11-21."""

SMALLEST_FACE = 0.12
"""Side of the smallest face relative to the shorter side of the photo."""

CASCADE_WINDOW = 24
"""Side in pixels of the cascade's window: it detects nothing smaller."""


class Haar(OutputDetector):
    """Detects upright frontal faces; thread-safe.

    The cascade's boxes are loose squares. O-Net regresses them to MTCNN's boxes, so that the engines get the
    same crop from both detectors, and rejects the cascade's false positives.

    Args:
        runtime: runs O-Net.
        settings: the size to which photos are downscaled for O-Net, and its score threshold.
    """

    name = "haar"

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        super().__init__(runtime, settings)
        self._cascades: SimpleQueue[cv2.CascadeClassifier] = SimpleQueue()
        self._cascades.put(load_cascade())

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Detect all faces of a classroom, including many small ones.

        Args:
            photo: a photo of any size.
            smallest_face: side in pixels of the smallest face to detect.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        side = round(max(photo.pixels.shape[:2]) * min(1.0, CASCADE_WINDOW / smallest_face))
        small, factor = geometry.shrunk(photo.pixels, side)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        proposed = self._propose(grey, factor, CASCADE_WINDOW, CLASSROOM_SEARCH)
        return self._verified(photo.pixels, proposed, self.settings.for_classrooms()).as_faces(1.0)

    def _detected(self, photo: Photo, settings: MtcnnSettings) -> tuple[Face, ...]:
        pixels, scale = geometry.shrunk(photo.pixels, settings.longest_side)
        small, factor = geometry.shrunk(pixels, CASCADE_SIDE)
        smallest = max(CASCADE_WINDOW, int(min(small.shape[:2]) * SMALLEST_FACE))
        grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
        proposed = self._propose(grey, factor, smallest, CASCADE_SEARCH)
        return self._verified(pixels, proposed, settings).as_faces(scale)

    def _verified(self, pixels: Pixels, proposed: geometry.Boxes, settings: MtcnnSettings) -> Candidates:
        moved = self._output.regress(pixels, proposed).squared()
        return self._output(pixels, moved, settings)

    def _propose(
        self, grey: NDArray[Any], scale: float, smallest: int, search: tuple[float, int]
    ) -> geometry.Boxes:
        """The cascade's squares ``(N, 4)``, in pixels of the image that was downscaled by ``scale``."""
        if min(grey.shape[:2]) < smallest:
            return NOTHING.boxes
        try:
            cascade = self._cascades.get_nowait()  # a classifier is not thread-safe
        except Empty:
            cascade = load_cascade()
        try:
            found = cascade.detectMultiScale(grey, *search, minSize=(smallest, smallest))
        finally:
            self._cascades.put(cascade)
        corners = np.asarray(found, np.float32).reshape(-1, 4)
        boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1)
        return np.asarray(boxes / np.float32(scale))


def load_cascade(folder: Path | None = None) -> cv2.CascadeClassifier:
    """Load the cascade that comes with OpenCV.

    Args:
        folder: the folder of the file; None means the installed package.

    Raises:
        ModelFileError: it is missing, as in OpenCV 5, or damaged.
    """
    path = (Path(cv2.__file__).parent / "data" if folder is None else folder) / CASCADE
    remedy = f"OpenCV 5 has no cascades. {reinstall(OPENCV)}"
    if not path.is_file() or not hasattr(cv2, "CascadeClassifier"):
        raise ModelFileError(f"The cascade {path} is missing (OpenCV {cv2.__version__}). {remedy}")
    cascade = cv2.CascadeClassifier()
    try:
        loaded = cascade.load(str(path))
    except cv2.error as error:
        raise ModelFileError(f"The cascade {path} is damaged: {error}. {remedy}") from error
    if not loaded:
        raise ModelFileError(f"The cascade {path} is damaged. {remedy}")
    return cascade
