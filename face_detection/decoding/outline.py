"""What is known of a photo file before any decoder sees it, and the refusal of files built to be slow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from face_detection.decoding.limits import MAX_PIXELS
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem

_BYTES_A_PIXEL = 20
_BYTES_A_PIXEL_SHRUNK = 12
"""More than decoders need for a pixel of the file, or of the result of a JPEG that is shrunk meanwhile. With
most pixels they needed at most 252 MB (JPEG with several scans), 236 MB (HEIC), 247 MB (WebP) and 144 MB
(other JPEGs and PNG), whatever the colour model (2026-12-01)."""


class PhotoFormat(StrEnum):
    """The accepted formats, by Pillow's names; no other parser sees any data."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


@dataclass(frozen=True)
class Outline:
    """What the structure of a file shows.

    Attributes:
        format: its format.
        size: declared width and height; None where the decoder alone can tell.
        shrinks: whether the decoder needs less memory for a smaller result: a JPEG in one scan.
        data: what the decoder reads: the file without parts that are of no interest.
    """

    format: PhotoFormat
    size: tuple[int, int] | None
    shrinks: bool
    data: bytes

    def decoder_bytes(self, longest_side: int | None) -> float:
        """About how much memory a decoder needs at most.

        Args:
            longest_side: to which the result is shrunk; None keeps the size.
        """
        if self.size is None:
            return MAX_PIXELS * _BYTES_A_PIXEL
        if not self.shrinks:
            return self._pixels(None) * _BYTES_A_PIXEL
        side = None if longest_side is None else 2 * longest_side  # it shrinks to less than twice the side
        return min(self._pixels(side), MAX_PIXELS) * _BYTES_A_PIXEL_SHRUNK

    def result_pixels(self, longest_side: int | None) -> float:
        """How many pixels the result has; `MAX_PIXELS` where that is unknown.

        Args:
            longest_side: to which the result is shrunk; None keeps the size.
        """
        return MAX_PIXELS if self.size is None and longest_side is None else self._pixels(longest_side)

    def _pixels(self, longest_side: int | None) -> float:
        width, height = self.size or (longest_side or 1, longest_side or 1)
        factor = min(1.0, longest_side / max(1, width, height)) if longest_side is not None else 1.0
        return width * height * factor**2


def damaged(reason: str) -> PhotoError:
    """The refusal of a file whose structure is broken or not an honest one."""
    return PhotoError(PhotoProblem.NOT_AN_IMAGE, reason)


def require_few(what: str, count: int, most: int) -> None:
    """Refuse a file that has too many parts of a kind.

    Raises:
        PhotoError: it has.
    """
    if count > most:
        raise damaged(
            f"The photo's file has more than {most:,} {what}, as no camera writes it. Save it again with "
            "another program, or take a new photo."
        )
