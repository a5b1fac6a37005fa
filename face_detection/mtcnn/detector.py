"""The MTCNN detector, which runs its three stages on a photo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.crop_network import CropMemory
from face_detection.mtcnn.output_detector import OutputDetector
from face_detection.mtcnn.proposal_stage import ProposalStage
from face_detection.mtcnn.pyramid import Pyramid
from face_detection.mtcnn.settings import EXPECTED_FACE, LEAST_FACE, MtcnnSettings
from face_detection.mtcnn.stages import RefinementStage
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

    def detect_subject(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:
        """Detect the largest face, and every other one that is not much smaller; see `Detector`.

        The coarse levels of the pyramid come first. The others are left out if the largest face is certain
        enough, and so large that their windows are smaller than any second face that counts. Otherwise the
        result is that of `detect`.

        Args:
            photo: a photo of any size.
            confidence: the least confidence of a face.
            second_face: side of the smallest other face that counts, relative to the largest; 0 means all.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        pixels, scale = geometry.shrunk(photo.pixels, self.settings.longest_side)
        first_pass, *others = _smallest_faces(pixels, self.settings)
        found = self._subject(pixels, first_pass, confidence, second_face)
        return self._in_passes(pixels, others, self.settings, found).as_faces(scale)

    def detect_around(self, photo: Photo, box: NDArray[np.float32]) -> tuple[Face, ...]:
        """Detect faces about where a box is, and about as large, as the search of the photo does.

        P-Net sees the part of each level in which such a face is. So R-Net gets the same squares, and
        O-Net's points are the same, unlike those of `detect_near`, which has the face off the middle.

        Args:
            photo: a photo of any size.
            box: ``(4,)`` float32 x1, y1, x2, y2 of the expected face, in pixel coordinates of the photo.

        Returns:
            The faces, largest first, in pixel coordinates of the photo.
        """
        pixels, scale = geometry.shrunk(photo.pixels, self.settings.longest_side)
        pyramid = Pyramid.of(*pixels.shape[:2], _smallest_faces(pixels, self.settings)[0])
        around = pyramid.around(box * np.float32(scale))
        proposed = self._propose.at_levels(pixels, around, self.settings)
        squares = self._propose.joined(proposed, self.settings)
        return self._settled(pixels, squares, self.settings).as_faces(scale)

    def _subject(self, pixels: Pixels, smallest: float, confidence: float, second_face: float) -> Candidates:
        pyramid = Pyramid.of(*pixels.shape[:2], smallest)
        first, last = pyramid.level_for(EXPECTED_FACE * second_face * min(pixels.shape[:2])), None
        proposed = NOTHING
        memory: CropMemory = {}
        while True:
            new = self._propose.at_levels(pixels, pyramid.part(first, last), self.settings)
            proposed = Candidates.joined([new, proposed])
            squares = self._propose.joined(proposed, self.settings)
            found = self._settled(pixels, squares, self.settings, memory)
            least = found.least_second_face(confidence, second_face)
            needed = min(first, pyramid.level_for(least))
            if needed == first:
                return found
            first, last = needed, first

    def _detected(self, photo: Photo, settings: MtcnnSettings) -> tuple[Face, ...]:
        pixels, scale = geometry.shrunk(photo.pixels, settings.longest_side)
        return self._in_passes(pixels, _smallest_faces(pixels, settings), settings, NOTHING).as_faces(scale)

    def _in_passes(
        self, pixels: Pixels, smallest_faces: list[float], settings: MtcnnSettings, found: Candidates
    ) -> Candidates:
        """What was found, or else what the next pass finds."""
        for smallest_face in smallest_faces:
            if len(found.boxes):
                break
            found = self._cascade(pixels, smallest_face, settings)
        return found

    def _cascade(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        return self._settled(pixels, self._propose(pixels, smallest_face, settings), settings)

    def _settled(
        self,
        pixels: Pixels,
        proposed: Candidates,
        settings: MtcnnSettings,
        memory: CropMemory | None = None,
    ) -> Candidates:
        refined = self._refine(pixels, proposed, settings, memory)
        return self._output(pixels, refined, settings, memory)


def _smallest_faces(pixels: Pixels, settings: MtcnnSettings) -> list[float]:
    """The smallest face in pixels for each pass."""
    if settings.smallest_face_pixels is not None:
        return [settings.smallest_face_pixels]
    fractions = [settings.smallest_face, settings.second_pass]
    shorter_side = min(pixels.shape[:2])
    sides = (max(LEAST_FACE, shorter_side * fraction) for fraction in fractions if fraction is not None)
    return list(dict.fromkeys(sides))
