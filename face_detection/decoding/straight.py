"""Expands usual JPEGs by libjpeg-turbo alone, straight to RGB; a large one frees what was sent of it.

The pixels are Pillow's, and a selfie takes two thirds of the time, because Pillow keeps four bytes a pixel.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from face_detection.decoding.upright import STRIP_BYTES

_LEAST_BYTES = 4 * STRIP_BYTES  # smaller pictures stay in the memory that the process keeps for the next one


@dataclass(frozen=True, eq=False)
class StraightPicture:
    """An upright picture.

    Attributes:
        pixels: RGB ``(H, W, 3)``.
        memory: the memory of a large one, where the system can free parts of it. So the decoder's process
            shrinks by what the server's grows by.
    """

    pixels: NDArray[np.uint8]
    memory: mmap.mmap | None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[:2]
        return height, width

    def strips(self) -> Iterator[bytes | memoryview]:
        """RGB bytes, row by row, from the top; can be read once, and each strip only before the next."""
        if self.memory is None:
            yield self.pixels.data
            return
        view, length = memoryview(self.memory), self.pixels.nbytes
        for first in range(0, length, STRIP_BYTES):
            last = min(length, first + STRIP_BYTES)
            yield view[first:last]
            self.memory.madvise(mmap.MADV_DONTNEED, first, last - first)


def straight(data: bytes, size: tuple[int, int]) -> StraightPicture | None:
    """A JPEG at one of the sizes to which it can be downscaled.

    Args:
        data: the file.
        size: width and height of the result.

    Returns:
        The picture; None if anything about the file is unusual, which Pillow judges then.
    """
    width, height = size
    memory = _mapped(3 * width * height)
    try:
        pixels = simplejpeg.decode_jpeg(data, "RGB", min_height=height, min_width=width, buffer=memory)
    except ValueError:  # damaged, perhaps only a little
        return None
    return StraightPicture(pixels, memory) if pixels.shape == (height, width, 3) else None


def _mapped(length: int) -> mmap.mmap | None:
    """Memory whose parts can be freed; None if it is small, or the system has none."""
    if length < _LEAST_BYTES or not hasattr(mmap, "MADV_DONTNEED"):
        return None
    return mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
