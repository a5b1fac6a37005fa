"""A photo in many sizes on one canvas, so that one pass of P-Net sees faces of every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.geometry import NEUTRAL, Boxes
from face_detection.values import Pixels

WINDOW = 12
"""Side in pixels of the window that P-Net slides over a picture (the paper, arXiv:1604.02878)."""

STRIDE = 2
"""Pixels from one window to the next."""

SCALE_FACTOR = 0.709
"""Size of each level relative to the one before, about half its area (the ``mtcnn`` package's)."""

BAND_PIXELS = 200_000
"""About as many pixels of the canvas go through P-Net at once, which needs 100 bytes and more for each. A
phone's photo has a fifth of that; a room's has twenty times as many."""

OUT_OF_SIGHT = -1e4
"""Less than any activation of P-Net's first layer, which stay within some tens."""


@dataclass(frozen=True)
class PyramidLevel:
    """One size of the photo and where it lies on the canvas.

    Attributes:
        scale: its size as a share of the photo's.
        height: in pixels of the canvas.
        width: in pixels of the canvas.
        top: even, to stay on P-Net's stride.
        left: even too.
    """

    scale: float
    height: int
    width: int
    top: int
    left: int

    @property
    def cells(self) -> tuple[slice, slice]:
        """Rows and columns of P-Net's output that belong to this level.

        At an odd length the last window reaches one pixel over the edge, as in the ``mtcnn`` package.
        """
        rows, columns = ((length - 1) // STRIDE - 4 for length in (self.height, self.width))
        top, left = self.top // STRIDE, self.left // STRIDE
        return slice(top, top + rows), slice(left, left + columns)

    def windows(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Boxes:
        """P-Net's windows at some cells of this level, in pixels of the level: ``(N, 4)``."""
        corners = np.stack([columns, rows], axis=1).astype(np.float32) * STRIDE + 1
        return np.concatenate([corners, corners + (WINDOW - 1)], axis=1)


@dataclass(frozen=True)
class Pyramid:
    """All levels, largest first, and the ``(height, width)`` of the canvas that holds them."""

    levels: tuple[PyramidLevel, ...]
    shape: tuple[int, int]

    @classmethod
    @lru_cache(maxsize=16)
    def of(cls, height: int, width: int, smallest_face: float) -> Pyramid:
        """Lay the levels in columns as high as the first, each into the first column with room.

        Args:
            height: of the photo.
            width: of the photo.
            smallest_face: side in pixels of a face that fills P-Net's window in the first level; there
                is no level where the photo is smaller than the window.
        """
        levels: list[PyramidLevel] = []
        columns: list[tuple[int, int]] = []  # left edge and the height used up
        right = 0
        scale = WINDOW / smallest_face
        while int(min(height, width) * scale) >= WINDOW:
            h, w = int(height * scale), int(width * scale)
            highest = levels[0].height if levels else h
            chosen = next((i for i, (_, used) in enumerate(columns) if used + h <= highest), None)
            if chosen is None:
                chosen = len(columns)
                columns.append((right, 0))
                right += _with_gap(w)
            left, used = columns[chosen]
            levels.append(PyramidLevel(scale, h, w, used, left))
            columns[chosen] = left, used + _with_gap(h)
            scale *= SCALE_FACTOR
        return cls(tuple(levels), (_with_gap(levels[0].height), right) if levels else (0, 0))

    def drawn(self, pixels: Pixels, *, thorough: bool = False) -> NDArray[np.float32]:
        """The canvas with every level of a photo on it.

        Args:
            pixels: RGB uint8 ``(H, W, 3)`` of the size that the pyramid was made for.
            thorough: average each level from the photo itself, unrounded, as the ``mtcnn`` package does,
                instead of from copies halved to at least twice its size; takes several times as long.

        Returns:
            RGB float32 ``(1, h, w, 3)`` 0 to 255, neutral grey between the levels.
        """
        canvas = np.full((1, *self.shape, 3), NEUTRAL, np.float32)
        source: NDArray[Any] = pixels.astype(np.float32) if thorough else pixels
        for level in self.levels:
            while not thorough and min(source.shape[0] // level.height, source.shape[1] // level.width) >= 4:
                source = _resized(source, source.shape[0] // 2, source.shape[1] // 2)
            place = canvas[0, level.top : level.top + level.height, level.left : level.left + level.width]
            place[:] = _resized(source, level.height, level.width)
        return canvas

    def bands(self, most_pixels: int = BAND_PIXELS) -> Iterator[slice]:
        """Stretches of the canvas's rows that can be looked at one after the other.

        They overlap by what P-Net's window reaches beyond its step, so that their outputs, one below the
        other, are the whole canvas's.

        Args:
            most_pixels: of a stretch, about.
        """
        height, width = self.shape
        cells = height // STRIDE - 5
        step = max(1, most_pixels // max(1, width) // STRIDE - 5)
        for first in range(0, cells, step):
            last = min(first + step, cells)
            yield slice(first * STRIDE, last * STRIDE + WINDOW - STRIDE)

    @cached_property
    def mask(self) -> NDArray[np.float32]:
        """What keeps P-Net's pooling inside each level, so that its edge is the edge of a picture.

        float32 ``(1, 1, h-2, w-2)``, as the first convolution takes two off each side.
        """
        mask = np.full((1, 1, self.shape[0] - 2, self.shape[1] - 2), OUT_OF_SIGHT, np.float32)
        for level in self.levels:
            mask[
                ...,
                level.top : level.top + level.height - 2,
                level.left : level.left + level.width - 2,
            ] = 0
        return mask


def _resized(pixels: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _with_gap(length: int) -> int:
    """The next even length that leaves a pixel or two to the neighbour."""
    return length + 2 - length % 2
