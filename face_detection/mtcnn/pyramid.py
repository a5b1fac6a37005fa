"""An image pyramid on one canvas, so that one pass of P-Net detects faces of all sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.geometry import Boxes
from face_detection.values import Pixels

WINDOW = 12
"""Side in pixels of P-Net's window (arXiv:1604.02878)."""

STRIDE = 2
"""P-Net's stride in pixels."""

SCALE_FACTOR = 0.709
"""Scale of each level relative to the previous one, about half its area (the ``mtcnn`` package's)."""

BAND_PIXELS = 200_000
"""About as many pixels of the canvas go through P-Net at once; each needs 100 bytes or more. A phone's photo
has a fifth of that; a classroom photo has twenty times as many."""

QUICK_CANVAS = (66, 128)
"""Height and width of the canvas for which P-Net is compiled once more, which is almost twice as fast. The
coarse levels of a photo of 3:4, 1:1 or 4:3 fit on it."""

MASKED = -1e4
"""Lower than any activation of P-Net's first layer, which stay within some tens."""


@dataclass(frozen=True)
class PyramidLevel:
    """One level of the pyramid and its position on the canvas.

    Attributes:
        scale: its scale relative to the photo.
        height: height in pixels.
        width: width in pixels.
        top: top edge on the canvas in pixels; even, to match P-Net's stride.
        left: left edge on the canvas in pixels; even.
    """

    scale: float
    height: int
    width: int
    top: int
    left: int

    @property
    def window(self) -> float:
        """Side in pixels of the photo of P-Net's window at this level."""
        return WINDOW / self.scale

    @property
    def cells(self) -> tuple[slice, slice]:
        """The rows and columns of P-Net's output that belong to this level.

        With an odd length the last window extends one pixel beyond the edge, as in the ``mtcnn`` package.
        """
        rows, columns = ((length - 1) // STRIDE - 4 for length in (self.height, self.width))
        top, left = self.top // STRIDE, self.left // STRIDE
        return slice(top, top + rows), slice(left, left + columns)

    def windows(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Boxes:
        """P-Net's windows at some cells of this level, ``(N, 4)`` float32 in pixels of the level."""
        corners = np.stack([columns, rows], axis=1).astype(np.float32) * STRIDE + 1
        return np.concatenate([corners, corners + (WINDOW - 1)], axis=1)


@dataclass(frozen=True)
class Pyramid:
    """All levels, largest first, and the canvas that contains them.

    Attributes:
        levels: the levels.
        shape: ``(height, width)`` of the canvas in pixels.
    """

    levels: tuple[PyramidLevel, ...]
    shape: tuple[int, int]

    @classmethod
    @lru_cache(maxsize=16)
    def of(cls, height: int, width: int, smallest_face: float) -> Pyramid:
        """All levels of a photo.

        Args:
            height: height of the photo in pixels.
            width: width of the photo in pixels.
            smallest_face: side in pixels of a face that fills P-Net's window in the first level. There is
                no level if the photo is smaller than the window.
        """
        sizes: list[tuple[float, int, int]] = []
        scale = WINDOW / smallest_face
        while int(min(height, width) * scale) >= WINDOW:
            sizes.append((scale, int(height * scale), int(width * scale)))
            scale *= SCALE_FACTOR
        return cls._arranged(sizes, sizes[0][1] if sizes else 0)

    @classmethod
    def _arranged(cls, sizes: Sequence[tuple[float, int, int]], highest: int) -> Pyramid:
        """Arrange levels in columns of a height, each in the first column with space.

        Args:
            sizes: scale, height and width of each level, largest first.
            highest: the height of the columns.
        """
        levels: list[PyramidLevel] = []
        columns: list[tuple[int, int]] = []  # left edge and used height
        right = 0
        for scale, h, w in sizes:
            chosen = next((i for i, (_, used) in enumerate(columns) if used + h <= highest), None)
            if chosen is None:
                chosen = len(columns)
                columns.append((right, 0))
                right += _with_gap(w)
            left, used = columns[chosen]
            levels.append(PyramidLevel(scale, h, w, used, left))
            columns[chosen] = left, used + _with_gap(h)
        return cls(tuple(levels), (_with_gap(highest), right) if levels else (0, 0))

    def level_for(self, smallest_face: float) -> int:
        """The number of the last level whose window is at most a size; 0 if there is none."""
        return max((i for i, level in enumerate(self.levels) if level.window <= smallest_face), default=0)

    @lru_cache(maxsize=32)  # noqa: B019 - pyramids are few and small, and equal for equal photos
    def part(self, first: int, last: int | None = None) -> Pyramid:
        """Some of the levels, on a canvas of their own.

        Args:
            first: number of the first one.
            last: number of the one after the last; None means the end.

        Returns:
            The levels, on a canvas of `QUICK_CANVAS` if they fit on it and reach to the last one.
        """
        sizes = [(level.scale, level.height, level.width) for level in self.levels[first:last]]
        if not sizes:
            return Pyramid((), (0, 0))
        height, width = QUICK_CANVAS
        if last is None and sizes[0][1] <= height - 2:
            quick = self._arranged(sizes, height - 2)
            if quick.shape[1] <= width:
                return Pyramid(quick.levels, QUICK_CANVAS)
        return self._arranged(sizes, sizes[0][1])

    def drawn(self, pixels: Pixels, *, thorough: bool = False) -> NDArray[Any]:
        """Draw all levels of a photo on the canvas.

        Args:
            pixels: RGB uint8 ``(H, W, 3)`` of the pyramid's size.
            thorough: resample each level from the photo itself without rounding, as the ``mtcnn`` package
                does, instead of from copies halved to at least twice its size; several times slower.

        Returns:
            RGB ``(1, h, w, 3)`` 0 to 255, uint8 or, if ``thorough``, float32; black between the levels, which
            P-Net doesn't see.
        """
        dtype = np.float32 if thorough else np.uint8
        canvas, source = np.zeros((1, *self.shape, 3), dtype), np.asarray(pixels, dtype)
        for level in self.levels:
            while not thorough and min(source.shape[0] // level.height, source.shape[1] // level.width) >= 4:
                source = _resized(source, source.shape[0] // 2, source.shape[1] // 2)
            place = canvas[0, level.top : level.top + level.height, level.left : level.left + level.width]
            place[:] = _resized(source, level.height, level.width)
        return canvas

    @cached_property
    def level_of_cells(self) -> NDArray[np.int8]:
        """``(h, w)``: the number of the level that each cell of P-Net's output belongs to; -1 for none."""
        rows, columns = ((length - 1) // STRIDE - 4 for length in self.shape)
        numbers = np.full((max(0, rows), max(0, columns)), -1, np.int8)
        for number, level in enumerate(self.levels):
            numbers[level.cells] = number
        return numbers

    @cached_property
    def whole_mask(self) -> NDArray[np.float32]:
        """The mask for all of the canvas at once."""
        return self.mask(slice(0, self.shape[0]))

    def bands(self, most_pixels: int = BAND_PIXELS) -> Iterator[slice]:
        """Bands of canvas rows that P-Net can process one by one.

        They overlap so that their concatenated outputs equal the output for the whole canvas.

        Args:
            most_pixels: the approximate number of pixels of a band.
        """
        height, width = self.shape
        cells = height // STRIDE - 5
        step = max(1, most_pixels // max(1, width) // STRIDE - 5)
        for first in range(0, cells, step):
            last = min(first + step, cells)
            yield slice(first * STRIDE, last * STRIDE + WINDOW - STRIDE)

    def mask(self, band: slice) -> NDArray[np.float32]:
        """The mask that confines P-Net's first pooling to each level, so that levels stay independent.

        Args:
            band: the rows of the canvas.

        Returns:
            float32 ``(1, 1, h-2, w-2)``: the first convolution shortens both sides by two.
        """
        first, last = band.start, min(band.stop, self.shape[0]) - 2
        mask = np.full((1, 1, last - first, self.shape[1] - 2), MASKED, np.float32)
        for level in self.levels:
            rows = slice(max(0, level.top - first), max(0, level.top + level.height - 2 - first))
            mask[..., rows, level.left : level.left + level.width - 2] = 0
        return mask


def _resized(pixels: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _with_gap(length: int) -> int:
    """The next even length that leaves a gap of one or two pixels."""
    return length + 2 - length % 2
