"""How far a flat sheet would have had to turn to look as narrow as a face does.

A sheet that is turned or tilted gets narrower along one direction, by the cosine of the angle. A head whose
nose moves as far has turned much less.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def sheet_turn(landmarks: Sequence[Landmarks], base: Sequence[int], far: Sequence[int]) -> float:
    """The tangent of the turn of a flat sheet from some frames to others; the larger one of two estimates.

    By its width it may turn from one side through straight to the other. By its shape it may turn about any
    axis: one that is tilted, too, gets shorter as it gets narrower.

    Args:
        landmarks: of all frames, ``(5, 2)`` float32 each, as those of `Face`.
        base: indexes of the frames that movements are measured from.
        far: indexes of the frames in which the head is turned most.
    """
    spans = np.array([eye_span(each) for each in landmarks])
    widest = float(np.sort(spans)[-WIDEST:].mean())
    if not widest:
        return 0.0
    before = min(1.0, float(spans[list(base)].mean()) / widest + WIDTH_NOISE)
    by_width = tangent(before) + float(np.median([tangent(span / widest) for span in spans[list(far)]]))
    return max(by_width, _by_shape([face_frame(each) for each in landmarks], base, far))


def tangent(share: float) -> float:
    """The tangent of the turn of a sheet of which a share of the width is seen."""
    seen = min(1.0, max(LEAST_SPAN, share))
    return float(np.sqrt(1 / seen**2 - 1))


def _by_shape(frames: Sequence[NDArray[np.float64]], base: Sequence[int], far: Sequence[int]) -> float:
    sizes = [float(np.sqrt(abs(np.linalg.det(frame)))) for frame in frames]
    if not all(sizes[index] for index in base):
        return 0.0
    before = np.mean([frames[index] / sizes[index] for index in base], axis=0)
    if abs(np.linalg.det(before)) <= LEAST_SPAN:
        return 0.0
    back = np.linalg.inv(before)
    return float(np.median([_narrowing(frames[index] @ back) for index in far]))


def _narrowing(change: NDArray[np.float64]) -> float:
    """The tangent of the turn by which a plane gets as much narrower along one direction only."""
    long, short = np.linalg.svd(change, compute_uv=False)
    return tangent(float(short / long) if long else 1.0)
