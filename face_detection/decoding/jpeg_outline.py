"""Reads the markers of a JPEG (ITU-T T.81, annex B) without decoding anything."""

from __future__ import annotations

import re

from face_detection.decoding.outline import Outline, PhotoFormat, damaged, require_few

MOST_SCANS = 32
"""Passes over the pixels. libjpeg's progressive files have 10, those of optimising encoders up to 16. Each
costs 0.15 ns a pixel even without any data: 8,000 scans in 432 kB took 27 s; 32 take 0.1 s (2026-11-29)."""

MOST_SEGMENTS = 2000
"""Marker segments up to the end of the picture. A photo has 10 to 50, and one for each 64 kB of a depth map,
up to 500. Pillow needs 3 µs for each; 2 million comments took 6 s."""

MOST_FILL_BYTES = 4096
"""Fill bytes before markers, all together. Hardly any file has one. Pillow reads them one by one; 9 MB took
14 s."""

_FILL = re.compile(rb"\xff+")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOF0 to SOF15, without DHT, JPG and DAC
_SEQUENTIAL = frozenset({0xC0, 0xC1})  # baseline and extended, Huffman
_USUAL = frozenset({*_SEQUENTIAL, 0xC2})  # these and progressive, Huffman: what cameras and programs write
_BEFORE_A_FRAME = frozenset({0xC4, 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE})  # DHT, DQT, DRI, APP0 to APP15, COM
_SOS, _EOI = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # TEM, RST0 to RST7 and SOI have no segment
_ENDS_A_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # neither a stuffed 0xFF, fill bytes, nor a restart


def jpeg_outline(data: bytes) -> Outline:
    """The outline of a JPEG, up to the end of its first picture.

    Raises:
        PhotoError: it has more scans, segments or fill bytes than honest files, or something else where a
            marker should be.
    """
    scans = segments = filled = 0
    size: tuple[int, int] | None = None
    sequential = False
    at = 2  # after SOI
    while at < len(data):
        start = at
        fill = _FILL.match(data, start)
        if fill is None:
            raise damaged(f"The photo is damaged: byte {start:,} is not a JPEG's marker. Send it again.")
        at = fill.end()
        filled += at - start - 1
        marker = data[at] if at < len(data) else _EOI
        if marker == _EOI:
            break
        segments += 1
        scans += marker == _SOS
        require_few("scans", scans, MOST_SCANS)
        require_few("segments", segments, MOST_SEGMENTS)
        require_few("fill bytes", filled, MOST_FILL_BYTES)
        body = at + 1
        at = body if marker in _ALONE else body + max(2, int.from_bytes(data[body : body + 2]))
        if marker in _FRAMES:
            sequential = marker in _SEQUENTIAL
            size = int.from_bytes(data[body + 5 : body + 7]), int.from_bytes(data[body + 3 : body + 5])
        elif marker == _SOS:
            at = _end_of_scan(data, at)
    return Outline(PhotoFormat.JPEG, size, sequential, data)


def has_usual_frame(data: bytes) -> bool:
    """Whether a JPEG's frame is baseline, extended or progressive with Huffman codes, as all decoders see it.

    Others are not to be downscaled during decoding: of a lossless JPEG, some releases of libjpeg-turbo write
    all pixels to where there is room for a smaller picture only.
    """
    at = 2  # after SOI
    while (fill := _FILL.match(data, at)) is not None and fill.end() < len(data):
        marker, body = data[fill.end()], fill.end() + 1
        if marker not in _BEFORE_A_FRAME:
            return marker in _USUAL
        at = body + max(2, int.from_bytes(data[body : body + 2]))
    return False


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the marker begins that ends the data of a scan, or the length of a file that ends before."""
    found = _ENDS_A_SCAN.search(data, at)
    return len(data) if found is None else found.start()
