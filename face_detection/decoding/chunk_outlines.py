"""Reads the chunks of a PNG and a WebP, and the boxes of a HEIC, without decoding anything."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from face_detection.decoding.outline import Outline, PhotoFormat, require_few

MOST_CHUNKS = 20_000
"""Chunks of a PNG or a WebP. libpng writes one for each 8 kB, which are 1,200 in a file of 10 MB."""

MOST_HEADS = 1
"""IHDR chunks of a PNG. Decoders ignore one that comes after the pixels, so it could declare less than they
need."""

MOST_BOXES = 5000
"""Boxes of a HEIC. A phone's 12 megapixels are 48 tiles in 150 boxes, 48 megapixels four times as many."""

_PNG_HEAD = 8
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"eXIf"})
_CRITICAL = 0x20  # this bit of a chunk's first letter: clear in chunks without which there is no picture
_RIFF_HEAD = 12
# Boxes that contain boxes, with the bytes before them (ISO/IEC 14496-12 and 23008-12); iinf has two versions.
_CONTAINERS = {
    b"meta": 4,
    b"iinf": 6,
    b"iprp": 0,
    b"ipco": 0,
    b"iref": 4,
    b"grpl": 0,
    b"moov": 0,
    b"trak": 0,
    b"mdia": 0,
    b"minf": 0,
    b"stbl": 0,
}


def png_outline(data: bytes) -> Outline:
    """The outline of a PNG, without its texts, profiles and further frames, which are of no interest.

    Raises:
        PhotoError: it has more chunks or heads than honest files.
    """
    size: tuple[int, int] | None = None
    kept, count, heads, at = [data[:_PNG_HEAD]], 0, 0, _PNG_HEAD
    while at + 8 <= len(data):
        count += 1
        require_few("chunks", count, MOST_CHUNKS)
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + length
        if kind == b"IHDR":
            heads += 1
            require_few("IHDR chunk", heads, MOST_HEADS)
            size = struct.unpack(">II", data[at + 8 : at + 16].ljust(8, b"\0"))
        if kind in _PNG_KEPT or not kind[0] & _CRITICAL:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            break
    return Outline(PhotoFormat.PNG, size, shrinks=False, data=b"".join(kept))


def webp_outline(data: bytes) -> Outline:
    """The outline of a WebP.

    Raises:
        PhotoError: it has more chunks than honest files.
    """
    size: tuple[int, int] | None = None
    count, at = 0, _RIFF_HEAD
    while at + 8 <= len(data):
        count += 1
        require_few("chunks", count, MOST_CHUNKS)
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if size is None:
            size = _webp_size(kind, data[at + 8 : at + 18])
        at += 8 + length + length % 2
    return Outline(PhotoFormat.WEBP, size, shrinks=False, data=data)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    """The size that a WebP's first chunk declares (RFC 9649, 2.5 to 2.7)."""
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None


def heic_outline(data: bytes) -> Outline:
    """The outline of a HEIC.

    Raises:
        PhotoError: it has more boxes than honest files.
    """
    size: tuple[int, int] | None = None
    for count, (kind, body, end) in enumerate(_boxes(data, 0, len(data)), 1):
        require_few("boxes", count, MOST_BOXES)
        if kind == b"ispe" and end - body >= 12:  # of tiles, thumbnails and the whole picture
            found: tuple[int, int] = struct.unpack(">II", data[body + 4 : body + 12])
            size = max(size or found, found, key=lambda each: each[0] * each[1])
    return Outline(PhotoFormat.HEIF, size, shrinks=False, data=data)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes in a part of the file and those inside them: kind, begin and end of the content."""
    inside = [(at, end)]
    while inside:
        at, end = inside.pop()
        while at + 8 <= end:
            length, kind, body = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], at + 8
            if length == 1:
                length, body = int.from_bytes(data[at + 8 : at + 16]), at + 16
            last = end if length == 0 else min(end, at + max(8, length))
            yield kind, body, last
            if kind in _CONTAINERS:
                inside.append((body + _CONTAINERS[kind], last))
            at = last
