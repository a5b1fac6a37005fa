"""Makes a decoded picture upright RGB in strips: whole copies of 24 megapixels would need 100 MB each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

BACKDROP = (160, 160, 160)
"""The grey background of transparent parts, RGB."""

STRIP_BYTES = 1 << 21
"""About how much memory a strip needs. The photo of a check-in is one strip."""

_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_BACKWARDS = {
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
"""Those whose first row is the last row, or the last column, of the picture as it was."""


@dataclass(frozen=True, eq=False)
class UprightPicture:
    """A decoded picture as it lies in its file, and what to do with it.

    Attributes:
        image: it, in any of Pillow's modes.
        factor: squares with this side in pixels are averaged to one pixel.
        transposition: makes it upright; None if it is.
    """

    image: Image.Image
    factor: int = 1
    transposition: Image.Transpose | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the result."""
        width, height = (-(-side // self.factor) for side in self.image.size)
        return (width, height) if self._is_sideways else (height, width)

    def original_size(self, width: int, height: int) -> tuple[int, int]:
        """Height and width of a file, upright."""
        return (width, height) if self._is_sideways else (height, width)

    def strips(self) -> Iterator[bytes]:
        """RGB bytes of the result, row by row, in strips from the top; can be read once."""
        width, height = self.image.size
        length, across = (width, height) if self._is_sideways else (height, width)
        step = self.factor * max(1, STRIP_BYTES // (4 * across * self.factor))
        if step >= length:
            yield self._finished(self.image).tobytes()
            return
        firsts = range(0, length, step)
        for first in reversed(firsts) if self.transposition in _BACKWARDS else firsts:
            last = min(length, first + step)
            box = (first, 0, last, height) if self._is_sideways else (0, first, width, last)
            yield self._finished(self.image.crop(box)).tobytes()

    def _finished(self, part: Image.Image) -> Image.Image:
        part = _rgb(part)
        if self.factor > 1:
            part = part.reduce(self.factor)
        return part if self.transposition is None else part.transpose(self.transposition)

    @property
    def _is_sideways(self) -> bool:
        return self.transposition in _SIDEWAYS


def _rgb(image: Image.Image) -> Image.Image:
    """The picture as RGB, from any of Pillow's modes."""
    if image.mode.startswith("I"):  # 16-bit greyscale, which Pillow would clip at 255; 257 levels become one
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.001).convert("L").convert("RGB")
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, BACKDROP)
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return image if image.mode == "RGB" else image.convert("RGB")  # which would copy it
