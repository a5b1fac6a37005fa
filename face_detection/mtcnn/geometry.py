"""The geometry of MTCNN: boxes, overlaps, non-maximum suppression, landmarks and crops.

Boxes are float32 arrays ``(N, 4)`` of ``x1, y1, x2, y2`` in pixels, x to the right and y downwards. The
constants are those of the paper (Zhang et al., 2016, arXiv:1604.02878) as the ``mtcnn`` package has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.values import Pixels

Boxes = NDArray[np.float32]

OVERLAPS_AT_ONCE = 256
"""Most boxes compared with all others in one step. A selfie has fewer boxes."""

PAIRS_AT_ONCE = 400_000
"""About the most pairs of boxes that are compared in one step, which needs 15 MB; a crowd has thousands of
boxes."""

NEUTRAL = 127.5
"""The grey that the networks subtract, and so see as zero."""


def areas(boxes: Boxes) -> NDArray[np.float32]:
    """Area of each box, ``(N,)`` float32; 0 for inverted boxes."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1])


def overlaps(boxes: Boxes, others: Boxes, *, over_smaller: bool = False) -> NDArray[np.float32]:
    """Intersection over union, or over the smaller box, of all pairs of boxes.

    Args:
        boxes: ``(N, 4)`` float32.
        others: ``(M, 4)`` float32.
        over_smaller: divide by the smaller box instead of the union.

    Returns:
        ``(N, M)`` float32, 0 to 1.
    """
    top_left = np.maximum(boxes[:, None, :2], others[None, :, :2])
    bottom_right = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    sides = np.maximum(bottom_right - top_left, 0)
    shared = sides[..., 0] * sides[..., 1]
    a, b = areas(boxes)[:, None], areas(others)[None, :]
    divisor = np.minimum(a, b) if over_smaller else a + b - shared
    return np.asarray(np.divide(shared, divisor, out=np.zeros_like(shared), where=divisor > 0))


def suppressed(
    boxes: Boxes,
    scores: NDArray[np.float32],
    threshold: float,
    *,
    over_smaller: bool = False,
    groups: Sequence[int] | None = None,
) -> NDArray[np.intp]:
    """Non-maximum suppression in the ``mtcnn`` package's variant.

    A box is suppressed if *any* better box overlaps it by more than the threshold, even a suppressed one.

    Args:
        boxes: ``(N, 4)`` float32.
        scores: ``(N,)`` float32.
        threshold: overlap above which the box with the lower score is suppressed.
        over_smaller: as for `overlaps`.
        groups: how many boxes each group has, one group after the other; boxes are suppressed by those of
            their group only. None means that all are one group.

    Returns:
        Indices of the remaining boxes, group by group, best first.
    """
    if groups is not None and len(boxes) > OVERLAPS_AT_ONCE:
        starts = [0, *accumulate(groups)]
        parts = [slice(*ends) for ends in pairwise(starts)]
        kept = [suppressed(boxes[part], scores[part], threshold, over_smaller=over_smaller) for part in parts]
        return np.concatenate([start + part for start, part in zip(starts, kept, strict=False)])
    order = _best_first(scores, groups or [len(scores)])
    ranked = boxes[order]
    stays = np.ones(len(order), dtype=bool)
    step = min(OVERLAPS_AT_ONCE, 1 + PAIRS_AT_ONCE // max(1, len(order)))
    for first in range(0, len(order), step):
        better, worse = ranked[first : first + step], ranked[first:]
        covered = overlaps(better, worse, over_smaller=over_smaller) > threshold
        covered[:, : len(better)] &= _ranks_before()[: len(better), : len(better)]
        if groups is not None:
            number = np.repeat(np.arange(len(groups)), groups)
            covered &= number[:, None] == number
        stays[first:] &= ~covered.any(axis=0)
    return order[stays]


def _best_first(scores: NDArray[np.float32], groups: Sequence[int]) -> NDArray[np.intp]:
    """Indices of the scores, group by group."""
    # Scores saturate at 1, so ties are common; this sorts them in the package's order.
    exact = scores.astype(np.float64)
    starts = accumulate(groups, initial=0)
    parts = [
        start + np.argsort(exact[start : start + n])[::-1] for start, n in zip(starts, groups, strict=False)
    ]
    return np.concatenate(parts)


@cache
def _ranks_before() -> NDArray[np.bool_]:
    """Whether the box of a row ranks before that of a column, among those of one step."""
    return np.triu(np.ones((OVERLAPS_AT_ONCE, OVERLAPS_AT_ONCE), bool), 1)


def squared(boxes: Boxes) -> Boxes:
    """Each box expanded to a square around its centre, ``(N, 4)`` float32."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.concatenate([centres - half, centres + half], axis=1)


def shifted(boxes: Boxes, offsets: NDArray[np.float32]) -> Boxes:
    """Move the edges of each box by ``(N, 4)`` offsets relative to its size (box regression).

    Sizes include both edge pixels (+1), as in the networks' training.
    """
    sizes = boxes[:, 2:] - boxes[:, :2] + 1
    return np.asarray(boxes + offsets * np.concatenate([sizes, sizes], axis=1))


def landmarks_in(boxes: Boxes, relative: NDArray[np.float32]) -> NDArray[np.float32]:
    """Landmarks in pixels from coordinates relative to their boxes.

    Args:
        boxes: ``(N, 4)`` float32, O-Net's input boxes.
        relative: ``(N, 10)`` float32: five x, then five y.

    Returns:
        ``(N, 5, 2)`` float32 x, y.
    """
    sizes = boxes[:, None, 2:] - boxes[:, None, :2] + 1
    points = np.stack([relative[:, :5], relative[:, 5:]], axis=2)
    return np.asarray(points * sizes + boxes[:, None, :2] - 1)


def crops(pixels: Pixels, boxes: Boxes, side: int) -> NDArray[np.float32]:
    """Crop boxes and resample them bilinearly to one size, corners aligned.

    Equivalent to ``tf.image.crop_and_resize``, which the ``mtcnn`` package uses. OpenCV's warping rounds
    coordinates to 1/32 of a pixel, enough to select the other one of two equal proposals.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``, at least two pixels on each side.
        boxes: ``(N, 4)`` float32; areas outside the photo become neutral grey.
        side: side of the crops in pixels.

    Returns:
        RGB float32 ``(N, side, side, 3)``, 0 to 255.
    """
    if not len(boxes):
        return np.empty((0, side, side, 3), np.float32)
    height, width = pixels.shape[:2]
    last = np.array([width - 1, height - 1], np.float32)
    points = boxes[:, None, :2] + _steps(side) * (boxes[:, None, 2:] - boxes[:, None, :2])
    points *= last / (last + 1)  # (N, side, 2): x and y of columns and rows
    inside = (points >= 0) & (points <= last)
    points = points.clip(0, last)
    corners = np.minimum(points.astype(np.int32), last.astype(np.int32) - 1)
    fraction = points - corners
    count = len(boxes)
    values = _neighbours(pixels, corners.astype(np.int16)).reshape(2, 2, count, side, side * 3)
    across = np.repeat(fraction[:, None, :, 0], 3, axis=2)
    upper, lower = _between(values[0], values[1], across)
    found = _between(upper, lower, fraction[:, :, 1, None]).reshape(count, side, side, 3)
    if not inside.all():
        found[~(inside[:, :, None, 1] & inside[:, None, :, 0])] = NEUTRAL
    return found


def _neighbours(pixels: Pixels, corners: NDArray[np.int16]) -> NDArray[np.float32]:
    """The four pixels between which each pixel of crops lies.

    OpenCV gathers them from the photo as it is. NumPy would need a copy of it with four bytes a pixel, which
    is 98 MB for 24 megapixels, and takes up to four times as long (2026-12-01).

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        corners: ``(N, side, 2)`` int16: x of the left neighbours, and y of the upper ones.

    Returns:
        float32 ``(4 N, side * side, 3)``: left upper, left lower, right upper, right lower ones.
    """
    count, side = corners.shape[:2]
    places = np.empty((2, 2, count, side, side, 2), np.int16)  # right?, lower?, ..., x and y
    for step in (0, 1):
        places[step, ..., 0] = corners[:, None, :, 0] + np.int16(step)
        places[:, step, ..., 1] = corners[:, :, None, 1] + np.int16(step)
    every = places.reshape(4 * count, side * side, 2)
    found = cv2.remap(pixels, every, None, cv2.INTER_NEAREST)  # type: ignore[call-overload]  # needs no second map
    return np.asarray(found, np.float32)


def _between(
    start: NDArray[np.float32], end: NDArray[np.float32], part: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What lies at a part of the way from ``start`` to ``end``; overwrites both."""
    end -= start
    end *= part
    start += end
    return start


@cache
def _steps(side: int) -> NDArray[np.float32]:
    """The places of a crop's pixels between two edges of its box, ``(1, side, 1)`` float32."""
    return np.linspace(0, 1, side, dtype=np.float32)[None, :, None]


def shrunk(pixels: Pixels, longest_side: int | None) -> tuple[Pixels, float]:
    """Downscale a photo, if it is larger than a limit.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        longest_side: maximum of the longer side in pixels; None keeps the size.

    Returns:
        RGB uint8 pixels, and their scale relative to the original.
    """
    height, width = pixels.shape[:2]
    if longest_side is None or max(height, width) <= longest_side:
        return pixels, 1.0
    scale = longest_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale
