"""The MTCNN detector, which runs its three stages on a photo."""

from __future__ import annotations

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.output_detector import OutputDetector
from face_detection.mtcnn.settings import LEAST_FACE, MtcnnSettings
from face_detection.mtcnn.stages import ProposalStage, RefinementStage
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo, Pixels


class Mtcnn(OutputDetector):
    """Detects faces with MTCNN's three stages; thread-safe.

    Source: Zhang et al., "Joint face detection and alignment using multitask cascaded convolutional
    networks", IEEE Signal Processing Letters 23(10), 2016.

    Args:
        runtime: runs the networks.
        settings: the parameters.
    """

    name = "mtcnn"

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        super().__init__(runtime, settings)
        self._propose = ProposalStage(runtime)
        self._refine = RefinementStage(runtime)

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
