"""The Haar detector: OpenCV's cascade proposes, MTCNN's O-Net settles faces and their landmarks."""

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
from face_detection.mtcnn.detector import MtcnnSettings, OutputStage
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo, Pixels

CASCADE = "haarcascade_frontalface_default.xml"

CASCADE_SIDE = 400
"""Longest side in pixels of what the cascade looks at. On 150 photos of LFW, enlarged into 640x480, 320
to 640 px found the same faces (98 to 100 %), at a cost that grows with the area; 2026-11-21."""

CASCADE_SEARCH = (1.2, 3)
"""Growth of the window from one size to the next, and neighbouring hits that make a face. On the same
photos 1.2 and 3 found all faces in half the time of the usual 1.1 and 5; of the false ones that more come
with, O-Net lets none pass."""

ROOM_SEARCH = (1.1, 1)
"""The same in a room, where nobody can come closer: of 40 faces of a composed classroom it found 36, and 1.2
and 3 only 27. There the histogram is not equalised: that takes more from a picture of many lights than it
gives (of the 40 it lost 4), and as long as the whole search; 2026-11-21."""

SMALLEST_FACE = 0.12
"""Side of the smallest face as a share of the shorter side of the photo."""

CASCADE_WINDOW = 24
"""Side in pixels below which the cascade sees nothing: it was trained at that size."""


class Haar:
    """Finds upright faces seen from the front; any number of threads may call it at the same time.

    A box of the cascade is a loose square. O-Net moves it to where MTCNN would have put it, so that the
    engines get the same crop from both detectors, and refuses the cascade's false faces.

    Args:
        runtime: where O-Net runs.
        settings: the size that a photo is shrunk to for O-Net, and the score above which it is a face.
    """

    name = "haar"

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        self.settings = settings or MtcnnSettings()
        self._settle = OutputStage(runtime)
        self._cascades: SimpleQueue[cv2.CascadeClassifier] = SimpleQueue()
        self._cascades.put(load_cascade())

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Find every face.

        Args:
            photo: of any size.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """
        pixels, scale = geometry.shrunk(photo.pixels, self.settings.longest_side)
        small, share = geometry.shrunk(pixels, CASCADE_SIDE)
        smallest = max(CASCADE_WINDOW, int(min(small.shape[:2]) * SMALLEST_FACE))
        grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
        proposed = self._propose(grey, share, smallest, CASCADE_SEARCH)
        return self._settled(pixels, proposed, self.settings).as_faces(scale)

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Find every face of a whole room, however many and however far away.

        Args:
            photo: of any size.
            smallest_face: side in pixels of the smallest face that is looked for.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """
        side = round(max(photo.pixels.shape[:2]) * min(1.0, CASCADE_WINDOW / smallest_face))
        small, share = geometry.shrunk(photo.pixels, side)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        proposed = self._propose(grey, share, CASCADE_WINDOW, ROOM_SEARCH)
        return self._settled(photo.pixels, proposed, self.settings.for_rooms()).as_faces(1.0)

    def detect_near(self, photo: Photo, boxes: geometry.Boxes) -> tuple[Face, ...]:
        """Find the faces that are about where they are expected, ten times as fast as in the whole photo.

        Args:
            photo: of any size.
            boxes: ``(N, 4)`` where faces are expected, in the photo's pixels.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates; no more than there are boxes.
        """
        return self._settle.near(photo.pixels, boxes, self.settings.for_rooms()).as_faces(1.0)

    def _settled(self, pixels: Pixels, proposed: geometry.Boxes, settings: MtcnnSettings) -> Candidates:
        moved = self._settle.look(pixels, proposed).squared()
        return self._settle(pixels, moved, settings)

    def _propose(
        self, grey: NDArray[Any], scale: float, smallest: int, search: tuple[float, int]
    ) -> geometry.Boxes:
        """The cascade's squares ``(N, 4)``, in pixels of what ``grey`` is a copy of."""
        if min(grey.shape[:2]) < smallest:
            return NOTHING.boxes
        try:
            cascade = self._cascades.get_nowait()  # one can't be used by two threads at once
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
    """Read the cascade that OpenCV brings.

    Args:
        folder: where the file is; None means in the installed package.

    Raises:
        ModelFileError: it is not there, as in OpenCV 5, or damaged.
    """
    path = (Path(cv2.__file__).parent / "data" if folder is None else folder) / CASCADE
    remedy = "OpenCV 5 has no cascades. Install the version below it: pip install 'opencv-python>=4.14,<5'"
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
