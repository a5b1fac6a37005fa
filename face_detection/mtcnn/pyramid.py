"""An image pyramid on one canvas, so that one pass of P-Net detects faces of all sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.geometry import Boxes
from face_detection.mtcnn.pyramid_level import STRIDE, WINDOW, Cut, PyramidLevel
from face_detection.values import Pixels

SCALE_FACTOR = 0.709
"""Scale of each level relative to the previous one, about half its area (the ``mtcnn`` package's)."""

BAND_PIXELS = 200_000
"""About as many pixels of the canvas go through P-Net at once; each needs 100 bytes or more. A phone's photo
has a fifth of that; a classroom photo has twenty times as many."""

QUICK_CANVAS = (66, 128)
"""Height and width of the canvas for which P-Net is compiled once more, which is almost twice as fast. The
coarse levels of a photo of 3:4, 1:1 or 4:3 fit on it."""

AROUND = 0.5
"""How far the middle of a face may be from that of the box it is expected near, in sides of the box. Of 324
pairs of neighbouring frames of half 0 of LFW (presented by face_detection/pad_kit, 2026-11-30) 321 had the
face there with exactly the points that it has in the search of the frame, and 3 had none there."""

SMALLER = 1.8
"""P-Net's window is at most so many times smaller than the box in the first level of those in which the face
is expected. With 1.5 the face had other points in 1 of 173 such pairs."""

MASKED = -1e4
"""Lower than any activation of P-Net's first layer, which stay within some tens."""


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
        columns: list[tuple[int, int, int]] = []  # left edge, width and used height
        right = 0
        for scale, h, w in sizes:
            fits = (i for i, (_, width, used) in enumerate(columns) if w <= width and used + h <= highest)
            chosen = next(fits, None)
            if chosen is None:
                chosen = len(columns)
                columns.append((right, w, 0))
                right += _with_gap(w)
            left, width, used = columns[chosen]
            levels.append(PyramidLevel(scale, h, w, used, left))
            columns[chosen] = left, width, used + _with_gap(h)
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
        return self._compact(sizes) if last is None else self._arranged(sizes, sizes[0][1])

    def around(self, box: NDArray[np.float32]) -> Pyramid:
        """The parts of the levels that show a face about where a box is, and about as large.

        P-Net's outputs there are the same as for whole levels.

        Args:
            box: ``(4,)`` float32 x1, y1, x2, y2 in pixels of the photo.

        Returns:
            The parts, on a canvas of `QUICK_CANVAS` if they fit on it.
        """
        side = float((box[2:] - box[:2]).max())
        x, y = ((box[:2] + box[2:]) / 2).tolist()
        levels = self.levels[self.level_for(side / SMALLER) :]
        rows = [Cut.of(y, AROUND * side, level.scale, level.height) for level in levels]
        columns = [Cut.of(x, AROUND * side, level.scale, level.width) for level in levels]
        sizes = [
            (level.scale, row.length, column.length)
            for level, row, column in zip(levels, rows, columns, strict=True)
        ]
        arranged = self._compact(sizes)
        parts = zip(arranged.levels, rows, columns, strict=True)
        cuts = tuple(replace(level, rows=row, columns=column) for level, row, column in parts)
        return Pyramid(cuts, arranged.shape)

    @classmethod
    def _compact(cls, sizes: Sequence[tuple[float, int, int]]) -> Pyramid:
        """Arrange levels on a canvas of `QUICK_CANVAS` if they fit on it, or else on one of their own."""
        height, width = QUICK_CANVAS
        highest = max((h for _, h, _ in sizes), default=0)
        if sizes and highest <= height - 2:
            quick = cls._arranged(sizes, height - 2)
            if quick.shape[1] <= width:
                return cls(quick.levels, QUICK_CANVAS)
        return cls._arranged(sizes, highest)

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
            height, width = level.whole
            while not thorough and min(source.shape[0] // height, source.shape[1] // width) >= 4:
                source = _resize(source, (source.shape[0] // 2, source.shape[1] // 2))
            place = canvas[0, level.top : level.top + level.height, level.left : level.left + level.width]
            into = place if place.shape[:2] == level.whole else None
            drawn = _resize(source, level.whole, into)
            if into is None:
                place[:] = drawn[level.shown]
        return canvas

    @cached_property
    def level_of_cells(self) -> NDArray[np.int8]:
        """``(h, w)``: the number of the level that each cell of P-Net's output belongs to; -1 for none."""
        rows, columns = ((length - 1) // STRIDE - 4 for length in self.shape)
        numbers = np.full((max(0, rows), max(0, columns)), -1, np.int8)
        for number, level in enumerate(self.levels):
            numbers[level.cells] = number
        return numbers

    def windows(self, cells: NDArray[np.intp], levels: NDArray[np.intp]) -> tuple[Boxes, NDArray[np.float32]]:
        """P-Net's windows at some cells of its output.

        Args:
            cells: their places in the flattened output.
            levels: the number of the level of each.

        Returns:
            ``(N, 4)`` float32 in pixels of the level, and ``(N, 1)`` float32, the level's scale.
        """
        rows, columns = np.divmod(cells, self.level_of_cells.shape[1])
        places = np.stack([columns, rows], axis=1) - self._corners[levels]
        corners = places.astype(np.float32) * STRIDE + 1
        return np.concatenate([corners, corners + (WINDOW - 1)], axis=1), self._scales[levels]

    @cached_property
    def _corners(self) -> NDArray[np.intp]:
        """``(levels, 2)``: column and row where the first cell of each whole level would be."""
        return np.array([level.corner for level in self.levels], np.intp)

    @cached_property
    def _scales(self) -> NDArray[np.float32]:
        return np.array([[level.scale] for level in self.levels], np.float32)

    @cached_property
    def whole_mask(self) -> NDArray[np.float32]:
        """The mask for all of the canvas at once."""
        return self.mask(slice(0, self.shape[0]))

    def bands(self, most_pixels: int = BAND_PIXELS) -> Iterator[slice]:
        """Bands of canvas rows, of about so many pixels each, that P-Net can process one by one.

        They overlap so that their concatenated outputs equal the output for the whole canvas.
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


def _resize(pixels: NDArray[Any], size: tuple[int, int], place: NDArray[Any] | None = None) -> NDArray[Any]:
    """Resize pixels to a height and width, into a place of that size if there is one."""
    return cv2.resize(pixels, size[::-1], place, interpolation=cv2.INTER_AREA)


def _with_gap(length: int) -> int:
    """The next even length that leaves a gap of one or two pixels."""
    return length + 2 - length % 2
