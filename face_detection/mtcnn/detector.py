"""The MTCNN detector: three networks that propose, refine and settle faces and their five landmarks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import (
    MOST_CANDIDATES,
    MOST_FACES,
    NOTHING,
    ROOM_CANDIDATES,
    ROOM_FACES,
    Candidates,
)
from face_detection.mtcnn.networks import o_net, p_net, r_net
from face_detection.mtcnn.pyramid import WINDOW, Pyramid, PyramidLevel
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Face, Photo, Pixels

SMALLEST_FACE = 0.1265
"""About an eighth of the shorter side: a head 1.7 m away from a phone. It is a little less than 0.709**6,
so that the last level of the pyramid is just P-Net's window and a face may fill the photo: of 125 portraits
of LFW cropped to the face's own width, 0.1265 found 99 %, 0.1 82 %; 2026-11-21."""

SECOND_LOOK = 0.0634
"""A little less than 0.709**8, for the same reason: a head 3.5 m away. A photo without a face takes
about four times as long by it."""

LEAST_FACE = 20.0
"""Side in pixels below which no share goes: the ``mtcnn`` package's own default."""


@dataclass(frozen=True)
class MtcnnSettings:
    """How MTCNN looks at a photo. The thresholds are the ``mtcnn`` package's.

    Attributes:
        longest_side: pixels that the longer side is shrunk to before looking; None looks at all of it.
        smallest_face: side of the smallest face that is looked for, as a share of the shorter side.
        second_look: the same where that finds nothing, so that a face too far away can be told from none;
            None looks once.
        smallest_face_pixels: the same in pixels of the photo that is looked at; overrules the share.
        thorough: resample the pyramid exactly as the ``mtcnn`` package does; slower, and the same faces
            but for some near the edge of being one.
        propose_above: P-Net's score above which a window is a proposal.
        refine_above: R-Net's score above which a proposal goes on.
        settle_above: O-Net's score above which it is a face.
        most_candidates: that are looked at in one level and after all levels.
        most_faces: that O-Net looks at.
    """

    longest_side: int | None = 640
    smallest_face: float = SMALLEST_FACE
    second_look: float | None = SECOND_LOOK
    smallest_face_pixels: float | None = None
    thorough: bool = False
    propose_above: float = 0.6
    refine_above: float = 0.7
    settle_above: float = 0.8
    most_candidates: int = MOST_CANDIDATES
    most_faces: int = MOST_FACES

    def for_rooms(self) -> MtcnnSettings:
        """The same for a photo of many people."""
        return replace(self, most_candidates=ROOM_CANDIDATES, most_faces=ROOM_FACES)


REFINED_AT_ONCE = 256
SETTLED_AT_ONCE = 64
"""Boxes that go through R-Net and O-Net in one call, with 16 and 19 MB after the first layer. A portrait has
fewer; a room has more, and in between phones get their turn."""

SAME_LEVEL_OVERLAP = 0.5
OVERLAP = 0.7
"""Overlap above which the lower score goes: among proposals of one size, and everywhere else."""


class ProposalStage:
    """P-Net: where in the photo, and how large, could a face be?"""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(p_net(read_weights("pnet")))

    def __call__(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        """Square boxes of ``smallest_face`` pixels and more that may hold a face."""
        pyramid = Pyramid.of(*pixels.shape[:2], smallest_face)
        if not pyramid.levels:
            return NOTHING
        offsets, probabilities = self._looked_at(pyramid, pyramid.drawn(pixels, thorough=settings.thorough))
        most = settings.most_candidates
        found = [_proposals(level, offsets[0], probabilities[0, 1], settings) for level in pyramid.levels]
        everything = Candidates.joined([c.without_overlaps(SAME_LEVEL_OVERLAP, most=most) for c in found])
        return everything.without_overlaps(OVERLAP, most=most).squared()

    def _looked_at(self, pyramid: Pyramid, canvas: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """P-Net's offsets ``(1, 4, h, w)`` and probabilities ``(1, 2, h, w)`` of the whole canvas."""
        mask = pyramid.mask
        parts = [
            self._network(canvas[:, band], mask[:, :, band.start : band.stop - 2]) for band in pyramid.bands()
        ]
        return [np.concatenate(part, axis=2) for part in zip(*parts, strict=True)]


def _proposals(
    level: PyramidLevel, offsets: NDArray[np.float32], faces: NDArray[np.float32], settings: MtcnnSettings
) -> Candidates:
    """The windows of one level that look like a face, moved by their offsets, in pixels of the photo."""
    cells = level.cells
    rows, columns = np.nonzero(faces[cells] > settings.propose_above)
    scores = faces[cells][rows, columns]
    shares = offsets[(slice(None), *cells)][:, rows, columns].T
    boxes = (level.windows(rows, columns) + shares * (WINDOW - 1)) / level.scale
    return Candidates.without_landmarks(boxes, scores).best(settings.most_candidates)


def _in_batches(
    network: Network, pixels: Pixels, boxes: geometry.Boxes, side: int, at_once: int
) -> list[NDArray[np.float32]]:
    """All that a network says of each box, in the order of the boxes."""
    starts = range(0, len(boxes), at_once)
    parts = [network(geometry.crops(pixels, boxes[start : start + at_once], side)) for start in starts]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


class RefinementStage:
    """R-Net: which of the proposals hold up at a closer look?"""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(r_net(read_weights("rnet")))

    def __call__(self, pixels: Pixels, proposed: Candidates, settings: MtcnnSettings) -> Candidates:
        """The proposals that may still be faces, moved, as squares."""
        if not len(proposed.boxes):
            return proposed
        offsets, probabilities = _in_batches(self._network, pixels, proposed.boxes, 24, REFINED_AT_ONCE)
        moved = Candidates.without_landmarks(geometry.shifted(proposed.boxes, offsets), probabilities[:, 1])
        kept = moved.above(settings.refine_above)
        return kept.without_overlaps(OVERLAP, most=settings.most_candidates).squared()


class OutputStage:
    """O-Net: is it a face, where exactly, and where are eyes, nose and mouth?"""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.compile(o_net(read_weights("onet")))

    def __call__(self, pixels: Pixels, refined: Candidates, settings: MtcnnSettings) -> Candidates:
        """The faces, each once."""
        settled = self.look(pixels, refined.best(settings.most_faces).boxes)
        return settled.above(settings.settle_above).without_overlaps(OVERLAP, over_smaller=True)

    def near(self, pixels: Pixels, boxes: geometry.Boxes, settings: MtcnnSettings) -> Candidates:
        """The faces, each once, that are about where they are expected: ``(N, 4)`` boxes of any shape."""
        expected = Candidates.without_landmarks(boxes, np.ones(len(boxes), np.float32))
        return self(pixels, expected.squared(), settings)

    def look(self, pixels: Pixels, boxes: geometry.Boxes) -> Candidates:
        """What O-Net makes of each box, faces or not.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` squares about where faces may be.
        """
        if not len(boxes):
            return NOTHING
        offsets, shares, probabilities = _in_batches(self._network, pixels, boxes, 48, SETTLED_AT_ONCE)
        landmarks = geometry.landmarks_in(boxes, shares)
        return Candidates(geometry.shifted(boxes, offsets), probabilities[:, 1], landmarks)


class Mtcnn:
    """Finds faces by MTCNN's three stages; any number of threads may call it at the same time.

    Args:
        runtime: where the networks run.
        settings: how a photo is looked at.
    """

    name = "mtcnn"

    def __init__(self, runtime: Runtime, settings: MtcnnSettings | None = None) -> None:
        self.settings = settings or MtcnnSettings()
        self._propose = ProposalStage(runtime)
        self._refine = RefinementStage(runtime)
        self._settle = OutputStage(runtime)

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """Find every face.

        Args:
            photo: of any size.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """
        pixels, scale = geometry.shrunk(photo.pixels, self.settings.longest_side)
        found = NOTHING
        for smallest_face in self._smallest_faces(pixels):
            found = self._look(pixels, smallest_face, self.settings)
            if len(found.boxes):
                break
        return found.as_faces(scale)

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        """Find every face of a whole room, however many and however far away.

        Args:
            photo: of any size.
            smallest_face: side in pixels of the smallest face that is looked for.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates.
        """
        smallest_face = max(LEAST_FACE, smallest_face)
        return self._look(photo.pixels, smallest_face, self.settings.for_rooms()).as_faces(1.0)

    def detect_near(self, photo: Photo, boxes: geometry.Boxes) -> tuple[Face, ...]:
        """Find the faces that are about where they are expected, ten times as fast as in the whole photo.

        Args:
            photo: of any size.
            boxes: ``(N, 4)`` where faces are expected, in the photo's pixels.

        Returns:
            The faces, largest first, in the photo's own pixel coordinates; no more than there are boxes.
        """
        return self._settle.near(photo.pixels, boxes, self.settings.for_rooms()).as_faces(1.0)

    def _look(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        proposed = self._propose(pixels, smallest_face, settings)
        refined = self._refine(pixels, proposed, settings)
        return self._settle(pixels, refined, settings)

    def _smallest_faces(self, pixels: Pixels) -> list[float]:
        """Sides in pixels of the smallest face for one look after the other."""
        settings = self.settings
        if settings.smallest_face_pixels is not None:
            return [settings.smallest_face_pixels]
        shares = [settings.smallest_face, settings.second_look]
        shorter_side = min(pixels.shape[:2])
        sides = (max(LEAST_FACE, shorter_side * share) for share in shares if share is not None)
        return list(dict.fromkeys(sides))
