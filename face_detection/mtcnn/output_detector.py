"""What detectors share whose boxes O-Net regresses last, whoever proposes them."""

from __future__ import annotations

from abc import ABC, abstractmethod

from face_detection.mtcnn import geometry
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.mtcnn.stages import OutputStage, Scores
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo


class OutputDetector(ABC):
    """Detects faces with boxes and landmarks of O-Net.

    Args:
        runtime: runs O-Net.
        settings: the size to which photos are downscaled, and the thresholds.
    """

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        self.settings = settings or MtcnnSettings()
        self._output = OutputStage(runtime)

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Detect all faces of a photo.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        return self._detected(photo, self.settings)

    def detect_subject(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:  # noqa: ARG002 - a detector that has no quicker way finds all faces
        """Detect at least the largest face, and every other one that is not much smaller; see `Detector`."""
        return self.detect(photo)

    def detect_around(self, photo: Photo, box: geometry.Boxes) -> tuple[Face, ...]:  # noqa: ARG002 - as above
        """Detect at least the faces about where a box is, and about as large; see `Detector`."""
        return self.detect(photo)

    def detect_again(self, photo: Photo) -> tuple[Face, ...]:
        """Detect faces with lower thresholds, but not the smallest ones, and at a limited cost.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        return self._detected(photo, self.settings.for_second_look())

    def detect_near(self, photo: Photo, boxes: geometry.Boxes) -> tuple[Face, ...]:
        """Detect faces near expected positions, ten times as fast as in the whole photo.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 of the expected faces, in pixel coordinates of the photo.

        Returns:
            The faces, largest first, in pixel coordinates of the photo; at most one per box.
        """
        return self._output.near(photo.pixels, boxes, self.settings.for_classrooms()).as_faces(1.0)

    def steadied(self, photo: Photo, boxes: geometry.Boxes) -> tuple[Face, ...]:
        """Regress faces again, from several placements of each box; see `OutputStage.steadied`.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2, in pixel coordinates of the photo.

        Returns:
            One face per box, in their order, whatever its confidence.
        """
        return self._output.steadied(photo.pixels, boxes).in_order(1.0)

    def turned_scores(self, photo: Photo, boxes: geometry.Boxes, *, steady: bool = False) -> Scores:
        """How much boxes resemble a face as they are and turned; see `OutputStage.turned_scores`.

        Args:
            photo: a photo of any size.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2, in pixel coordinates of the photo.
            steady: whether to average over several placements of each box.

        Returns:
            ``(N, 4)`` float32, 0 to 1, after 0 to 3 quarter turns anticlockwise.
        """
        return self._output.turned_scores(photo.pixels, boxes, steady=steady)

    @abstractmethod
    def _detected(self, photo: Photo, settings: MtcnnSettings) -> tuple[Face, ...]: ...
