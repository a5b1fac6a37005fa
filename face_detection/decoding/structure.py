"""Tells the format of a photo file by its first bytes, and reads its outline."""

from __future__ import annotations

from face_detection.decoding.chunk_outlines import heic_outline, png_outline, webp_outline
from face_detection.decoding.jpeg_outline import jpeg_outline
from face_detection.decoding.outline import Outline, damaged


def outline_of(data: bytes) -> Outline:
    """The outline of a photo file; takes milliseconds, whatever the file is.

    Raises:
        PhotoError: it is in no accepted format, or not built as honest files are.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return jpeg_outline(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return png_outline(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp_outline(data)
    if data[4:8] == b"ftyp":
        return heic_outline(data)
    raise damaged("The file is not a JPEG, PNG, WebP or HEIC photo.")
