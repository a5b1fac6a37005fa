"""MTCNN's first stage: P-Net proposes boxes at the levels of the pyramid."""

from __future__ import annotations

from dataclasses import dataclass, replace
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

LARGE_CANVAS = 2_000_000
"""Pixels of a canvas from which the largest level gets its own, and P-Net keeps no memory afterwards, so
that the later stages have it: a photo of 6 megapixels in which faces of 30 px are searched."""


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
        parts = [pyramid]
        if pyramid.shape[0] * pyramid.shape[1] > LARGE_CANVAS:
            parts = [pyramid.part(0, 1), pyramid.part(1)]
        proposed = [self.at_levels(pixels, part, settings) for part in parts]
        return self.joined(Candidates.joined(proposed), settings)

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
        if not settings.thorough and pyramid.shape == QUICK_CANVAS:
            found = _Windows.above(settings.propose_above, *self._quick(canvas, pyramid.whole_mask))
        else:
            network = self._thorough if settings.thorough else self._network
            found = _in_bands(network, pyramid, canvas, settings.propose_above)
        return _proposals(pyramid, found, settings)

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


@dataclass(frozen=True, eq=False)
class _Windows:
    """P-Net's windows above its threshold.

    Attributes:
        cells: ``(N,)`` their places in the flattened output, in ascending order.
        scores: ``(N,)`` float32, 0 to 1.
        offsets: ``(N, 4)`` float32 x1, y1, x2, y2 relative to the window.
    """

    cells: NDArray[np.intp]
    scores: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @classmethod
    def above(
        cls, threshold: float, offsets: NDArray[np.float32], probabilities: NDArray[np.float32]
    ) -> _Windows:
        """Those of P-Net's outputs ``(1, 4, h, w)`` and ``(1, 2, h, w)``."""
        faces = probabilities[0, 1].ravel()
        cells = np.flatnonzero(faces > threshold)
        return cls(cells, faces[cells], offsets.reshape(4, -1)[:, cells].T)


def _in_bands(network: Network, pyramid: Pyramid, canvas: NDArray[Any], threshold: float) -> _Windows:
    """The windows of the whole canvas; the output for all of it would need twice the memory of the canvas."""
    parts, before = [], 0
    for band in pyramid.bands():
        offsets, probabilities = network(canvas[:, band], pyramid.mask(band))
        part = _Windows.above(threshold, offsets, probabilities)
        parts.append(replace(part, cells=part.cells + before))
        before += probabilities[0, 1].size
    if canvas[0, ..., 0].size > LARGE_CANVAS:
        network.release_memory()
    return _Windows(
        np.concatenate([part.cells for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.offsets for part in parts]),
    )


def _proposals(pyramid: Pyramid, found: _Windows, settings: MtcnnSettings) -> Candidates:
    """The windows after box regression and suppression within each level, in pixels."""
    levels = pyramid.level_of_cells.ravel()[found.cells]
    scores, most = found.scores, settings.most_candidates
    parts = [np.flatnonzero(levels == level) for level in range(len(pyramid.levels))]
    parts = [part if len(part) <= most else part[np.argsort(-scores[part])[:most]] for part in parts]
    counts, chosen = [len(part) for part in parts], np.concatenate(parts)
    windows, scales = pyramid.windows(found.cells[chosen], np.repeat(np.arange(len(parts)), counts))
    boxes = (windows + found.offsets[chosen] * (WINDOW - 1)) / scales
    kept = geometry.suppressed(boxes, scores[chosen], SAME_LEVEL_OVERLAP, groups=counts)
    return Candidates.without_landmarks(boxes[kept], scores[chosen[kept]])
