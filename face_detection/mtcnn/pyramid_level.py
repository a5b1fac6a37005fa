"""One level of an image pyramid, or a part of it, and its position on the canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

WINDOW = 12
"""Side in pixels of P-Net's window (arXiv:1604.02878)."""

STRIDE = 2
"""P-Net's stride in pixels."""


class Cut(NamedTuple):
    """The rows or the columns of a level that are drawn.

    Attributes:
        first: the first one; even, to match P-Net's stride.
        length: how many; even, unless they reach to the edge, so that P-Net has no cell of half a pixel more.
        whole: how many the level has.
    """

    first: int
    length: int
    whole: int

    @classmethod
    def of(cls, middle: float, reach: float, scale: float, whole: int) -> Self:
        """What the windows cover whose middle is near a place.

        Args:
            middle: the place in pixels of the photo.
            reach: how far from it, in pixels of the photo.
            scale: the scale of the level relative to the photo.
            whole: length of the level in pixels; at least that of a window.
        """
        first = math.floor((middle - reach) * scale - WINDOW / 2)
        first = max(0, min(first, whole - WINDOW)) // STRIDE * STRIDE
        last = math.ceil((middle + reach) * scale + WINDOW / 2)
        length = max(WINDOW, math.ceil((last - first) / STRIDE) * STRIDE)
        return cls(first, min(length, whole - first), whole)


@dataclass(frozen=True)
class PyramidLevel:
    """One level of the pyramid and its position on the canvas.

    Attributes:
        scale: its scale relative to the photo.
        height: height in pixels.
        width: width in pixels.
        top: top edge on the canvas in pixels; even, to match P-Net's stride.
        left: left edge on the canvas in pixels; even.
        rows: the rows that are drawn; None means all.
        columns: the same for columns.
    """

    scale: float
    height: int
    width: int
    top: int
    left: int
    rows: Cut | None = None
    columns: Cut | None = None

    @property
    def window(self) -> float:
        """Side in pixels of the photo of P-Net's window at this level."""
        return WINDOW / self.scale

    @property
    def whole(self) -> tuple[int, int]:
        """Height and width in pixels of the level of which this is a part."""
        return (
            self.height if self.rows is None else self.rows.whole,
            self.width if self.columns is None else self.columns.whole,
        )

    @property
    def shown(self) -> tuple[slice, slice]:
        """The rows and columns of the whole level that are drawn."""
        row, column = self._first
        return slice(row, row + self.height), slice(column, column + self.width)

    @property
    def cells(self) -> tuple[slice, slice]:
        """The rows and columns of P-Net's output that belong to this level.

        With an odd length the last window extends one pixel beyond the edge, as in the ``mtcnn`` package.
        """
        rows, columns = ((length - 1) // STRIDE - 4 for length in (self.height, self.width))
        top, left = self.top // STRIDE, self.left // STRIDE
        return slice(top, top + rows), slice(left, left + columns)

    @property
    def corner(self) -> tuple[int, int]:
        """Column and row of P-Net's output at which the first cell of the whole level would be."""
        row, column = self._first
        return (self.left - column) // STRIDE, (self.top - row) // STRIDE

    @property
    def _first(self) -> tuple[int, int]:
        return 0 if self.rows is None else self.rows.first, 0 if self.columns is None else self.columns.first
