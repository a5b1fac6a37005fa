"""Tells the format of a photo file by its first bytes, and reads its outline."""

from __future__ import annotations

from collections.abc import Callable

from face_detection.decoding.chunk_outlines import heic_outline, png_outline, webp_outline
from face_detection.decoding.jpeg_outline import jpeg_outline
from face_detection.decoding.outline import Outline, PhotoFormat, damaged

HEAD = 64
"""Bytes at the beginning of a file that tell its format."""

STILL_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
"""Brands of pictures (ISO/IEC 23008-12); files of other brands in the same container are videos."""


def format_of(head: bytes) -> PhotoFormat | None:
    """The format of a photo file by its first bytes; None if it is in no accepted format.

    Args:
        head: at least `HEAD` bytes, if the file has them.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return PhotoFormat.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PhotoFormat.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return PhotoFormat.WEBP
    if head[4:8] == b"ftyp" and STILL_BRANDS & _brands(head):
        return PhotoFormat.HEIF
    return None


def _brands(head: bytes) -> set[bytes]:
    """The main brand of a container, and those it is compatible with."""
    end = min(len(head), int.from_bytes(head[:4]))
    return {head[at : at + 4] for at in (8, *range(16, end, 4)) if at + 4 <= end}


def outline_of(data: bytes) -> Outline:
    """The outline of a photo file; takes milliseconds, whatever the file is.

    Raises:
        PhotoError: it is in no accepted format, or not built as honest files are.
    """
    file_format = format_of(data[:HEAD])
    if file_format is None:
        raise damaged("The file is not a JPEG, PNG, WebP or HEIC photo.")
    return _OUTLINES[file_format](data)


_OUTLINES: dict[PhotoFormat, Callable[[bytes], Outline]] = {
    PhotoFormat.JPEG: jpeg_outline,
    PhotoFormat.PNG: png_outline,
    PhotoFormat.WEBP: webp_outline,
    PhotoFormat.HEIF: heic_outline,
}
