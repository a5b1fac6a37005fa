"""MTCNN's first stage: P-Net proposes boxes at the levels of the pyramid."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import NOTHING, Candidates
from face_detection.mtcnn.networks import p_net
from face_detection.mtcnn.pyramid import QUICK_CANVAS, Pyramid
from face_detection.mtcnn.pyramid_level import WINDOW
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Pixels

SAME_LEVEL_OVERLAP = 0.5
OVERLAP = 0.7
"""Overlap thresholds of non-maximum suppression: within a pyramid level, and everywhere else."""


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

    def at_levels(self, pixels: Pixels, pyramid: Pyramid, settings: MtcnnSettings) -> Candidates:
        """Propose boxes at the levels of a pyramid.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            pyramid: some or all levels of these pixels.
            settings: the parameters.

        Returns:
            Boxes that are not squares yet, level by level in their order.
        """
        if not pyramid.levels:
            return NOTHING
        canvas = pyramid.drawn(pixels, thorough=settings.thorough)
        if settings.thorough:
            offsets, probabilities = _in_bands(self._thorough, pyramid, canvas)
        elif pyramid.shape == QUICK_CANVAS:
            offsets, probabilities = self._quick(canvas, pyramid.whole_mask)
        else:
            offsets, probabilities = _in_bands(self._network, pyramid, canvas)
        return _proposals(pyramid, offsets[0], probabilities[0, 1], settings)

    @staticmethod
    def joined(proposed: Candidates, settings: MtcnnSettings) -> Candidates:
        """The proposals of several levels together, as squares.

        Args:
            proposed: what `at_levels` returned, the largest level first.
            settings: the parameters.
        """
        return proposed.without_overlaps(OVERLAP, most=settings.most_candidates).squared()

    @cached_property
    def _thorough(self) -> Network:
        return self._runtime.compile(p_net(read_weights("pnet"), whole=False))


def _in_bands(network: Network, pyramid: Pyramid, canvas: NDArray[Any]) -> list[NDArray[np.float32]]:
    """P-Net's offsets ``(1, 4, h, w)`` and probabilities ``(1, 2, h, w)`` for the whole canvas."""
    parts = [network(canvas[:, band], pyramid.mask(band)) for band in pyramid.bands()]
    return [np.concatenate(part, axis=2) for part in zip(*parts, strict=True)]


def _proposals(
    pyramid: Pyramid, offsets: NDArray[np.float32], faces: NDArray[np.float32], settings: MtcnnSettings
) -> Candidates:
    """The windows above the threshold, after box regression and suppression within each level, in pixels."""
    above = np.flatnonzero(faces > settings.propose_above)
    levels = pyramid.level_of_cells.ravel()[above]
    scores, most = faces.ravel(), settings.most_candidates
    parts = [above[levels == level] for level in range(len(pyramid.levels))]
    parts = [part if len(part) <= most else part[np.argsort(-scores[part])[:most]] for part in parts]
    counts, cells = [len(part) for part in parts], np.concatenate(parts)
    windows, scales = pyramid.windows(cells, np.repeat(np.arange(len(parts)), counts))
    boxes = (windows + offsets.reshape(4, -1)[:, cells].T * (WINDOW - 1)) / scales
    kept = geometry.suppressed(boxes, scores[cells], SAME_LEVEL_OVERLAP, groups=counts)
    return Candidates.without_landmarks(boxes[kept], scores[cells[kept]])
