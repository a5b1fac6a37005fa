"""MTCNN's second and third stage: R-Net refines boxes, O-Net outputs faces and landmarks."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.crop_network import CropMemory, CropNetwork
from face_detection.mtcnn.networks import o_net, r_net
from face_detection.mtcnn.proposal_stage import OVERLAP
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Pixels

REFINED_AT_ONCE = 128
SETTLED_AT_ONCE = 32
"""Batch sizes of R-Net and O-Net, which need 8 and 10 MB after the first layer. A portrait has fewer boxes;
a classroom has more, and check-ins are processed between its batches."""

SHIFT = 0.06
"""How far `OutputStage.steadied` moves a box, relative to its side: three of O-Net's 48 pixels."""

REFINED_SIDE, SETTLED_SIDE = 24, 48
"""Sides in pixels of the inputs of R-Net and O-Net (arXiv:1604.02878)."""

REFINED_FEW, SETTLED_FEW = (8, 12), (1, 2, 4)
"""Numbers of boxes for which they are compiled once more. Most of 58 photos of NUAA and LFW had 3 to 12
proposals at the coarse levels, of which R-Net left one or two (2026-11-30). Four crops are a face in its four
positions."""

QUARTERS = 4
"""Quarter turns of a whole one."""

Scores = NDArray[np.float32]

_PLACEMENTS = np.array([[0, 0], [SHIFT, 0], [-SHIFT, 0], [0, SHIFT], [0, -SHIFT]], np.float32)


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

    def __call__(
        self,
        pixels: Pixels,
        proposed: Candidates,
        settings: MtcnnSettings,
        memory: CropMemory | None = None,
    ) -> Candidates:
        """Refine proposals to squares.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            proposed: P-Net's proposals.
            settings: the parameters.
            memory: what was run on these pixels before.
        """
        if not len(proposed.boxes):
            return proposed
        offsets, probabilities = self._network(pixels, proposed.boxes, memory)
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

    def __call__(
        self,
        pixels: Pixels,
        refined: Candidates,
        settings: MtcnnSettings,
        memory: CropMemory | None = None,
    ) -> Candidates:
        """Output each face once.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            refined: square boxes.
            settings: the parameters.
            memory: what was run on these pixels before.
        """
        faces = self.regress(pixels, refined.best(settings.most_faces).boxes, memory)
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

    def regress(self, pixels: Pixels, boxes: geometry.Boxes, memory: CropMemory | None = None) -> Candidates:
        """O-Net's box, score and landmarks for each box, whether a face or not.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32 squares x1, y1, x2, y2.
            memory: what was run on these pixels before.
        """
        if not len(boxes):
            return NOTHING
        offsets, points, probabilities = self._network(pixels, boxes, memory)
        landmarks = geometry.landmarks_in(boxes, points)
        return Candidates(geometry.shifted(boxes, offsets), probabilities[:, 1], landmarks)
