"""The MTCNN detector: P-Net proposes boxes, R-Net refines them, O-Net outputs faces and five landmarks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import (
    CLASSROOM_CANDIDATES,
    CLASSROOM_FACES,
    MOST_CANDIDATES,
    MOST_FACES,
    NOTHING,
    Candidates,
)
from face_detection.mtcnn.networks import o_net, p_net, r_net
from face_detection.mtcnn.pyramid import WINDOW, Pyramid, PyramidLevel
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Face, Photo, Pixels

SMALLEST_FACE = 0.1265
"""About an eighth of the shorter side: a head 1.7 m away from a phone. Slightly less than 0.709**6, so that
the last level of the pyramid is exactly P-Net's window and a face may fill the photo: of 125 portraits
of LFW cropped to the face's own width, 0.1265 found 99 %, 0.1 82 %; 2026-11-21."""

SECOND_PASS = 0.0634
"""Slightly less than 0.709**8, for the same reason: a head 3.5 m away. It makes photos without a face take
about four times as long."""

LEAST_FACE = 20.0
"""Lower limit of the smallest face in pixels: the ``mtcnn`` package's default."""


@dataclass(frozen=True)
class MtcnnSettings:
    """The parameters of MTCNN. The thresholds are the ``mtcnn`` package's.

    Attributes:
        longest_side: longer side in pixels to which photos are downscaled first; None keeps their size.
        smallest_face: side of the smallest face relative to the shorter side of the photo.
        second_pass: the same for a second pass if the first finds nothing, which tells a distant face from
            none; None skips it.
        smallest_face_pixels: the same in pixels of the downscaled photo; overrides the relative values.
        thorough: resample the pyramid exactly as the ``mtcnn`` package does; slower, and differs only for
            scores near a threshold.
        propose_above: P-Net's score threshold.
        refine_above: R-Net's score threshold.
        settle_above: O-Net's score threshold.
        most_candidates: most candidates of one pyramid level, and of all levels together.
        most_faces: most boxes that O-Net processes.
    """

    longest_side: int | None = 640
    smallest_face: float = SMALLEST_FACE
    second_pass: float | None = SECOND_PASS
    smallest_face_pixels: float | None = None
    thorough: bool = False
    propose_above: float = 0.6
    refine_above: float = 0.7
    settle_above: float = 0.8
    most_candidates: int = MOST_CANDIDATES
    most_faces: int = MOST_FACES

    def for_classrooms(self) -> MtcnnSettings:
        """The same parameters for photos of many people."""
        return replace(self, most_candidates=CLASSROOM_CANDIDATES, most_faces=CLASSROOM_FACES)


REFINED_AT_ONCE = 256
SETTLED_AT_ONCE = 64
"""Batch sizes of R-Net and O-Net, which need 16 and 19 MB after the first layer. A portrait has fewer boxes;
a classroom has more, and check-ins are processed between its batches."""

SAME_LEVEL_OVERLAP = 0.5
OVERLAP = 0.7
"""Overlap thresholds of non-maximum suppression: within a pyramid level, and everywhere else."""


class ProposalStage:
    """P-Net: proposes square boxes over all positions and sizes."""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(p_net(read_weights("pnet")))

    def __call__(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        """Propose square boxes of at least ``smallest_face`` pixels that may contain a face.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            smallest_face: side in pixels of the smallest face.
            settings: the parameters.
        """
        pyramid = Pyramid.of(*pixels.shape[:2], smallest_face)
        if not pyramid.levels:
            return NOTHING
        offsets, probabilities = self._outputs(pyramid, pyramid.drawn(pixels, thorough=settings.thorough))
        most = settings.most_candidates
        found = [_proposals(level, offsets[0], probabilities[0, 1], settings) for level in pyramid.levels]
        everything = Candidates.joined([c.without_overlaps(SAME_LEVEL_OVERLAP, most=most) for c in found])
        return everything.without_overlaps(OVERLAP, most=most).squared()

    def _outputs(self, pyramid: Pyramid, canvas: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """P-Net's offsets ``(1, 4, h, w)`` and probabilities ``(1, 2, h, w)`` for the whole canvas."""
        mask = pyramid.mask
        parts = [
            self._network(canvas[:, band], mask[:, :, band.start : band.stop - 2]) for band in pyramid.bands()
        ]
        return [np.concatenate(part, axis=2) for part in zip(*parts, strict=True)]


def _proposals(
    level: PyramidLevel, offsets: NDArray[np.float32], faces: NDArray[np.float32], settings: MtcnnSettings
) -> Candidates:
    """The windows of one level above the threshold, after box regression, in pixels of the photo."""
    cells = level.cells
    rows, columns = np.nonzero(faces[cells] > settings.propose_above)
    scores = faces[cells][rows, columns]
    regression = offsets[(slice(None), *cells)][:, rows, columns].T
    boxes = (level.windows(rows, columns) + regression * (WINDOW - 1)) / level.scale
    return Candidates.without_landmarks(boxes, scores).best(settings.most_candidates)


def _in_batches(
    network: Network, pixels: Pixels, boxes: geometry.Boxes, side: int, at_once: int
) -> list[NDArray[np.float32]]:
    """A network's outputs for all boxes, in their order."""
    starts = range(0, len(boxes), at_once)
    parts = [network(geometry.crops(pixels, boxes[start : start + at_once], side)) for start in starts]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


class RefinementStage:
    """R-Net: rejects most proposals and refines the others."""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(r_net(read_weights("rnet")))

    def __call__(self, pixels: Pixels, proposed: Candidates, settings: MtcnnSettings) -> Candidates:
        """Refine proposals to squares.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            proposed: P-Net's proposals.
            settings: the parameters.
        """
        if not len(proposed.boxes):
            return proposed
        offsets, probabilities = _in_batches(self._network, pixels, proposed.boxes, 24, REFINED_AT_ONCE)
        moved = Candidates.without_landmarks(geometry.shifted(proposed.boxes, offsets), probabilities[:, 1])
        kept = moved.above(settings.refine_above)
        return kept.without_overlaps(OVERLAP, most=settings.most_candidates).squared()


class OutputStage:
    """O-Net: decides which boxes are faces, and outputs their final boxes and landmarks."""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(o_net(read_weights("onet")))

    def __call__(self, pixels: Pixels, refined: Candidates, settings: MtcnnSettings) -> Candidates:
        """Output each face once.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            refined: square boxes.
            settings: the parameters.
        """
        faces = self.regress(pixels, refined.best(settings.most_faces).boxes)
        return faces.above(settings.settle_above).without_overlaps(OVERLAP, over_smaller=True)

    def near(self, pixels: Pixels, boxes: geometry.Boxes, settings: MtcnnSettings) -> Candidates:
        """Output each face near an expected box once; ``boxes`` are ``(N, 4)`` of any shape."""
        expected = Candidates.without_landmarks(boxes, np.ones(len(boxes), np.float32))
        return self(pixels, expected.squared(), settings)

    def regress(self, pixels: Pixels, boxes: geometry.Boxes) -> Candidates:
        """O-Net's box, score and landmarks for each box, whether a face or not.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32 squares x1, y1, x2, y2.
        """
        if not len(boxes):
            return NOTHING
        offsets, points, probabilities = _in_batches(self._network, pixels, boxes, 48, SETTLED_AT_ONCE)
        landmarks = geometry.landmarks_in(boxes, points)
        return Candidates(geometry.shifted(boxes, offsets), probabilities[:, 1], landmarks)


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
        pixels, scale = geometry.shrunk(photo.pixels, self.settings.longest_side)
        found = NOTHING
        for smallest_face in self._smallest_faces(pixels):
            found = self._cascade(pixels, smallest_face, self.settings)
            if len(found.boxes):
                break
        return found.as_faces(scale)

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

    def _cascade(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        proposed = self._propose(pixels, smallest_face, settings)
        refined = self._refine(pixels, proposed, settings)
        return self._output(pixels, refined, settings)

    def _smallest_faces(self, pixels: Pixels) -> list[float]:
        """The smallest face in pixels for each pass."""
        settings = self.settings
        if settings.smallest_face_pixels is not None:
            return [settings.smallest_face_pixels]
        fractions = [settings.smallest_face, settings.second_pass]
        shorter_side = min(pixels.shape[:2])
        sides = (max(LEAST_FACE, shorter_side * fraction) for fraction in fractions if fraction is not None)
        return list(dict.fromkeys(sides))
