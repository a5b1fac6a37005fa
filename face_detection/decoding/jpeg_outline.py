"""Reads the markers of a JPEG (ITU-T T.81, annex B) without decoding anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

MOST_FRAMES = 1
"""Frames, which declare a size. Decoders look for a second one only after they have read the pixels of the
first, so a file could declare less than they need."""

_FILL = re.compile(rb"\xff+")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOF0 to SOF15, without DHT, JPG and DAC
_SEQUENTIAL = frozenset({0xC0, 0xC1})  # baseline and extended, Huffman
_USUAL = frozenset({*_SEQUENTIAL, 0xC2})  # these and progressive, Huffman: what cameras and programs write
_BESIDE_A_FRAME = frozenset({0xC4, 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE})  # DHT, DQT, DRI, APP0 to APP15, COM
_SOS, _EOI = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # TEM, RST0 to RST7 and SOI have no segment
_ENDS_A_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # neither a stuffed 0xFF, fill bytes, nor a restart


@dataclass(frozen=True)
class JpegFrame:
    """How the pixels of a JPEG are coded.

    Attributes:
        marker: the second byte of the frame's marker.
        components: how many the picture has: 1 if it is grey, else 3 or 4.
        in_first_scan: how many of them are in the first scan; 0 where decoders may find another one.
    """

    marker: int
    components: int
    in_first_scan: int

    @property
    def is_usual(self) -> bool:
        """Whether it is baseline, extended or progressive with Huffman codes.

        Others are not to be downscaled during decoding: of a lossless JPEG, some releases of libjpeg-turbo
        write all pixels to where there is room for a smaller picture only.
        """
        return self.marker in _USUAL

    @property
    def is_read_in_rows(self) -> bool:
        """Whether a decoder keeps some rows only.

        It keeps all coefficients, 2 bytes each, of what has several scans, and that is not progressive files
        alone: in a sequential one each component may have a scan of its own (jinit_master_decompress).
        """
        return self.marker in _SEQUENTIAL and self.in_first_scan == self.components


def jpeg_outline(data: bytes) -> Outline:
    """The outline of a JPEG, up to the end of its first picture.

    Raises:
        PhotoError: it has more frames, scans, segments or fill bytes than honest files, or something else
            where a marker should be.
    """
    scans = segments = filled = frames = 0
    size: tuple[int, int] | None = None
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
            frames += 1
            require_few("frame", frames, MOST_FRAMES)
            size = int.from_bytes(data[body + 5 : body + 7]), int.from_bytes(data[body + 3 : body + 5])
        elif marker == _SOS:
            at = _end_of_scan(data, at)
    frame = frame_of(data)
    return Outline(PhotoFormat.JPEG, size, frame is not None and frame.is_read_in_rows, data)


def frame_of(data: bytes) -> JpegFrame | None:
    """The frame of a JPEG; None if decoders may find it elsewhere or not at all."""
    frame: JpegFrame | None = None
    at = 2  # after SOI
    while (fill := _FILL.match(data, at)) is not None and fill.end() < len(data):
        marker, body = data[fill.end()], fill.end() + 1
        if frame is None and marker in _FRAMES:
            frame = JpegFrame(marker, int.from_bytes(data[body + 7 : body + 8]), 0)
        elif frame is not None and marker == _SOS:
            return JpegFrame(frame.marker, frame.components, int.from_bytes(data[body + 2 : body + 3]))
        elif marker not in _BESIDE_A_FRAME:
            return frame
        at = body + max(2, int.from_bytes(data[body : body + 2]))
    return frame


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the marker begins that ends the data of a scan, or the length of a file that ends before."""
    found = _ENDS_A_SCAN.search(data, at)
    return len(data) if found is None else found.start()
