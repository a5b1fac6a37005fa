"""How far a flat sheet would have had to turn to look as narrow as a face does.

A sheet that is turned or tilted gets narrower along one direction, by the cosine of the angle. A head whose
nose moves as far has turned much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.five_points import LEAST_SPAN, eye_span, face_frame

WIDEST = 3
"""Frames whose mean width counts as that of a face seen from before: a sheet that is waved need not begin
so."""

WIDTH_NOISE = 0.02
"""Share of its width by which a face may look narrower at the beginning and be straight: 95 % of 90 heads
lose 0.01 at most, and all 0.03; half of 41 sheets that are waved lose 0.04 and more (retail-1, half 0 of LFW,
presented by face_detection/pad_kit, 2026-11-30). The angle of a small loss is large."""

Landmarks = NDArray[np.float32]
Series = NDArray[np.float64]
"""``(N,)``, a number for each frame."""


class SheetLooks:
    """How a face looks in each frame, as if it was on a flat sheet.

    Args:
        landmarks: of all frames, ``(5, 2)`` float32 each, as those of `Face`.
    """

    def __init__(self, landmarks: Sequence[Landmarks]) -> None:
        self._spans = np.array([eye_span(each) for each in landmarks])
        self._widest = float(np.sort(self._spans)[-WIDEST:].mean())
        self._frames = [face_frame(each) for each in landmarks]
        self._sizes = [float(np.sqrt(abs(np.linalg.det(frame)))) for frame in self._frames]
        self._shapes = cache(self._by_shape)  # the parts of a burst have the same base

    def turn(self, base: Sequence[int], far: Sequence[int]) -> float:
        """The tangent of a flat sheet's turn from some frames to others; the larger one of two estimates.

        By its width it may turn from one side through straight to the other. By its shape it may turn about
        any axis: one that is tilted, too, gets shorter as it gets narrower.

        Args:
            base: indexes of the frames that movements are measured from.
            far: indexes of the frames in which the head is turned most.
        """
        if not self._widest:
            return 0.0
        shares = self._spans / self._widest
        before = min(1.0, float(shares[list(base)].mean()) + WIDTH_NOISE)
        by_width = tangent(before) + float(np.median([tangent(share) for share in shares[list(far)]]))
        return max(by_width, float(np.median(self._shapes(tuple(base))[list(far)])))

    def _by_shape(self, base: tuple[int, ...]) -> Series:
        """By the shape of the face in each frame; zeros where it has none at first."""
        straight = np.zeros(len(self._frames))
        if not all(self._sizes[index] for index in base):
            return straight
        before = np.mean([self._frames[index] / self._sizes[index] for index in base], axis=0)
        if abs(np.linalg.det(before)) <= LEAST_SPAN:
            return straight
        changes = np.stack(self._frames) @ np.linalg.inv(before)
        return np.array([_narrowing(*sizes) for sizes in np.linalg.svd(changes, compute_uv=False)])


def tangent(share: float) -> float:
    """The tangent of the turn of a sheet of which a share of the width is seen."""
    seen = min(1.0, max(LEAST_SPAN, share))
    return float(np.sqrt(1 / seen**2 - 1))


def _narrowing(long: float, short: float) -> float:
    """The tangent of the turn by which a plane gets as much narrower along one direction only."""
    return tangent(short / long if long else 1.0)
