"""The MTCNN detector, which runs its three stages on a photo."""

from __future__ import annotations

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.settings import LEAST_FACE, MtcnnSettings
from face_detection.mtcnn.stages import OutputStage, ProposalStage, RefinementStage, Scores
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo, Pixels


class Mtcnn:
    """Detects faces with MTCNN's three stages; thread-safe.

    Source: Zhang et al., "Joint face detection and alignment using multitask cascaded convolutional
    networks", IEEE Signal Processing Letters 23(10), 2016.

    Args:
        runtime: runs the networks.
        settings: the parameters.
    """

    name = "mtcnn"

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        self.settings = settings or MtcnnSettings()
        self._propose = ProposalStage(runtime)
        self._refine = RefinementStage(runtime)
        self._output = OutputStage(runtime)

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Detect all faces of a photo.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        return self._detected(photo, self.settings)

    def detect_again(self, photo: Photo) -> tuple[Face, ...]:
        """Detect faces with lower thresholds, but not the smallest ones, and at a limited cost.

        Args:
            photo: a photo of any size.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        return self._detected(photo, self.settings.for_second_look())

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Detect all faces of a classroom, including many small ones.

        Args:
            photo: a photo of any size.
            smallest_face: side in pixels of the smallest face to detect.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        smallest_face = max(LEAST_FACE, smallest_face)
        return self._cascade(photo.pixels, smallest_face, self.settings.for_classrooms()).as_faces(1.0)

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

    def _detected(self, photo: Photo, settings: MtcnnSettings) -> tuple[Face, ...]:
        pixels, scale = geometry.shrunk(photo.pixels, settings.longest_side)
        found = NOTHING
        for smallest_face in _smallest_faces(pixels, settings):
            found = self._cascade(pixels, smallest_face, settings)
            if len(found.boxes):
                break
        return found.as_faces(scale)

    def _cascade(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        proposed = self._propose(pixels, smallest_face, settings)
        refined = self._refine(pixels, proposed, settings)
        return self._output(pixels, refined, settings)


def _smallest_faces(pixels: Pixels, settings: MtcnnSettings) -> list[float]:
    """The smallest face in pixels for each pass."""
    if settings.smallest_face_pixels is not None:
        return [settings.smallest_face_pixels]
    fractions = [settings.smallest_face, settings.second_pass]
    shorter_side = min(pixels.shape[:2])
    sides = (max(LEAST_FACE, shorter_side * fraction) for fraction in fractions if fraction is not None)
    return list(dict.fromkeys(sides))
