"""MTCNN's three stages: P-Net proposes boxes, R-Net refines them, O-Net outputs faces and landmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.crop_network import CropNetwork
from face_detection.mtcnn.networks import o_net, p_net, r_net
from face_detection.mtcnn.pyramid import QUICK_CANVAS, STRIDE, WINDOW, Pyramid
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Pixels

REFINED_AT_ONCE = 256
SETTLED_AT_ONCE = 64
"""Batch sizes of R-Net and O-Net, which need 16 and 19 MB after the first layer. A portrait has fewer boxes;
a classroom has more, and check-ins are processed between its batches."""

SAME_LEVEL_OVERLAP = 0.5
OVERLAP = 0.7
"""Overlap thresholds of non-maximum suppression: within a pyramid level, and everywhere else."""

SHIFT = 0.06
"""How far `OutputStage.steadied` moves a box, relative to its side: three of O-Net's 48 pixels."""

REFINED_SIDE, SETTLED_SIDE = 24, 48
"""Sides in pixels of the inputs of R-Net and O-Net (arXiv:1604.02878)."""

REFINED_FEW, SETTLED_FEW = (8, 16), (1, 4)
"""Numbers of boxes for which they are compiled once more. A portrait has 5 to 15 proposals at the coarse
levels and then one face, which is compared with its turned selves."""

QUARTERS = 4
"""Quarter turns of a whole one."""

Scores = NDArray[np.float32]

_PLACEMENTS = np.array([[0, 0], [SHIFT, 0], [-SHIFT, 0], [0, SHIFT], [0, -SHIFT]], np.float32)


class ProposalStage:
    """P-Net: proposes square boxes over all positions and sizes."""

    def __init__(self, runtime: Runtime) -> None:
        weights = read_weights("pnet")
        self._runtime = runtime
        self._network = runtime.compile(p_net(weights))
        self._quick = runtime.compile_small(p_net(weights, QUICK_CANVAS))

    def __call__(self, pixels: Pixels, smallest_face: float, settings: MtcnnSettings) -> Candidates:
        """Propose square boxes of at least ``smallest_face`` pixels that may contain a face.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            smallest_face: side in pixels of the smallest face.
            settings: the parameters.
        """
        pyramid = Pyramid.of(*pixels.shape[:2], smallest_face)
        return self.joined(self.at_levels(pixels, pyramid, settings), settings)

    def at_levels(self, pixels: Pixels, pyramid: Pyramid, settings: MtcnnSettings) -> list[Candidates]:
        """Propose boxes at the levels of a pyramid.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            pyramid: some or all levels of these pixels.
            settings: the parameters.

        Returns:
            For each level in its order, unless it has none, boxes that are not squares yet.
        """
        if not pyramid.levels:
            return []
        canvas = pyramid.drawn(pixels, thorough=settings.thorough)
        if settings.thorough:
            offsets, probabilities = _in_bands(self._thorough, pyramid, canvas)
        elif pyramid.shape == QUICK_CANVAS:
            offsets, probabilities = self._quick(canvas, pyramid.whole_mask)
        else:
            offsets, probabilities = _in_bands(self._network, pyramid, canvas)
        found = _proposals(pyramid, offsets[0], probabilities[0, 1], settings)
        most = settings.most_candidates
        return [each.without_overlaps(SAME_LEVEL_OVERLAP, most=most) for each in found]

    @staticmethod
    def joined(parts: Sequence[Candidates], settings: MtcnnSettings) -> Candidates:
        """The proposals of several levels together, as squares.

        Args:
            parts: what `at_levels` returned, the largest level first.
            settings: the parameters.
        """
        if not parts:
            return NOTHING
        most = settings.most_candidates
        return Candidates.joined(parts).without_overlaps(OVERLAP, most=most).squared()

    @cached_property
    def _thorough(self) -> Network:
        return self._runtime.compile(p_net(read_weights("pnet"), whole=False))


def _in_bands(network: Network, pyramid: Pyramid, canvas: NDArray[Any]) -> list[NDArray[np.float32]]:
    """P-Net's offsets ``(1, 4, h, w)`` and probabilities ``(1, 2, h, w)`` for the whole canvas."""
    parts = [network(canvas[:, band], pyramid.mask(band)) for band in pyramid.bands()]
    return [np.concatenate(part, axis=2) for part in zip(*parts, strict=True)]


def _proposals(
    pyramid: Pyramid, offsets: NDArray[np.float32], faces: NDArray[np.float32], settings: MtcnnSettings
) -> Iterator[Candidates]:
    """For each level that has some, the windows above the threshold, after box regression, in pixels."""
    cells = np.flatnonzero(faces > settings.propose_above)
    numbers = pyramid.level_of_cells.ravel()[cells]
    rows, columns = np.divmod(cells, faces.shape[1])
    for number, level in enumerate(pyramid.levels):
        here = numbers == number
        i, j = rows[here], columns[here]
        if not len(i):
            continue
        windows = level.windows(i - level.top // STRIDE, j - level.left // STRIDE)
        boxes = (windows + offsets[:, i, j].T * (WINDOW - 1)) / level.scale
        yield Candidates.without_landmarks(boxes, faces[i, j]).best(settings.most_candidates)


def _placed(boxes: geometry.Boxes) -> geometry.Boxes:
    """Five squares around each box, ``(5 N, 4)`` float32."""
    squares = geometry.squared(boxes)
    sides = (squares[:, 2] - squares[:, 0])[:, None, None]
    return np.asarray((squares[:, None] + np.tile(_PLACEMENTS, 2) * sides).reshape(-1, 4), np.float32)


class RefinementStage:
    """R-Net: rejects most proposals and refines the others."""

    def __init__(self, runtime: Runtime) -> None:
        weights = read_weights("rnet")
        self._network = CropNetwork(
            runtime, partial(r_net, weights), side=REFINED_SIDE, few=REFINED_FEW, at_once=REFINED_AT_ONCE
        )

    def __call__(self, pixels: Pixels, proposed: Candidates, settings: MtcnnSettings) -> Candidates:
        """Refine proposals to squares.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            proposed: P-Net's proposals.
            settings: the parameters.
        """
        if not len(proposed.boxes):
            return proposed
        offsets, probabilities = self._network(pixels, proposed.boxes)
        moved = Candidates.without_landmarks(geometry.shifted(proposed.boxes, offsets), probabilities[:, 1])
        kept = moved.above(settings.refine_above)
        return kept.without_overlaps(OVERLAP, most=settings.most_candidates).squared()


class OutputStage:
    """O-Net: decides which boxes are faces, and outputs their final boxes and landmarks."""

    def __init__(self, runtime: Runtime) -> None:
        weights = read_weights("onet")
        self._network = CropNetwork(
            runtime, partial(o_net, weights), side=SETTLED_SIDE, few=SETTLED_FEW, at_once=SETTLED_AT_ONCE
        )

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

    def steadied(self, pixels: Pixels, boxes: geometry.Boxes) -> Candidates:
        """The mean of O-Net's outputs for five placements of each box, in their order.

        A single score depends much on where the box is: sharp frontal faces of LFW that scored 0.83 to 0.88
        have a mean of 0.94 and more.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 of any shape.
        """
        found = self.regress(pixels, _placed(boxes))
        shape = len(boxes), len(_PLACEMENTS)
        return Candidates(
            found.boxes.reshape(*shape, 4).mean(axis=1),
            found.scores.reshape(shape).mean(axis=1),
            found.landmarks.reshape(*shape, 5, 2).mean(axis=1),
        )

    def turned_scores(self, pixels: Pixels, boxes: geometry.Boxes, *, steady: bool) -> Scores:
        """O-Net's score for the content of boxes as it is, and after one to three quarter turns.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32 x1, y1, x2, y2 of any shape.
            steady: whether to average over five placements of each box.

        Returns:
            ``(N, 4)`` float32, 0 to 1; turned anticlockwise.
        """
        if not len(boxes):
            return np.empty((0, QUARTERS), np.float32)
        placed = _placed(boxes) if steady else geometry.squared(boxes)
        crops = geometry.crops(pixels, placed, SETTLED_SIDE)
        every = np.concatenate([np.rot90(crops, quarters, axes=(1, 2)) for quarters in range(QUARTERS)])
        scores = self._network.of_crops(np.ascontiguousarray(every))[2][:, 1]
        return np.asarray(scores.reshape(QUARTERS, len(boxes), -1).mean(axis=2).T, np.float32)

    def regress(self, pixels: Pixels, boxes: geometry.Boxes) -> Candidates:
        """O-Net's box, score and landmarks for each box, whether a face or not.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32 squares x1, y1, x2, y2.
        """
        if not len(boxes):
            return NOTHING
        offsets, points, probabilities = self._network(pixels, boxes)
        landmarks = geometry.landmarks_in(boxes, points)
        return Candidates(geometry.shifted(boxes, offsets), probabilities[:, 1], landmarks)
