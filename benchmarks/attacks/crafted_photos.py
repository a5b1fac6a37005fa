"""Photo files that are small to send and long to decode, and honest ones that resemble them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
_SOS = 0xDA
_STUFFED = {0, *range(0xD0, 0xD8)}  # after 0xFF: still inside a scan's data


def progressive_jpeg(width: int, height: int) -> bytes:
    """A grey progressive JPEG, as an honest encoder writes it."""
    out = io.BytesIO()
    Image.new("L", (width, height), 128).save(out, "JPEG", progressive=True, quality=50)
    return out.getvalue()


def many_scans(width: int, height: int, scans: int) -> bytes:
    """A progressive JPEG whose shortest scan of AC coefficients is repeated."""
    jpeg = progressive_jpeg(width, height)
    parts = _segments(jpeg)
    of_ac = [part for part in parts if part[1] == _SOS and part[5 + 2 * part[4]] > 0]
    shortest = min(of_ac, key=len)
    at = parts.index(shortest) + 1
    return SOI + b"".join([*parts[:at], shortest * scans, *parts[at:]])


def scan_of_each(width: int, height: int, components: int = 3) -> bytes:
    """A grey baseline JPEG with a scan for each component, for which decoders keep all coefficients."""
    of_each = [bytes([number, 0x11, 0]) for number in range(1, components + 1)]
    frame = struct.pack(">BHHB", 8, height, width, components) + b"".join(of_each)
    shortest = bytes([1, *[0] * 15, 0])  # one code of one bit: no difference, or the end of a block
    blocks = -(-width // 8) * -(-height // 8)
    parts = [
        _segment(0xDB, b"\0" + b"\1" * 64),
        _segment(0xC0, frame),
        _segment(0xC4, b"\0" + shortest + b"\x10" + shortest),
    ]
    for number in range(1, components + 1):
        parts += [_segment(_SOS, bytes([1, number, 0, 0, 63, 0])), bytes(-(-2 * blocks // 8))]
    return SOI + b"".join(parts) + EOI


def lossless_jpeg(width: int, height: int) -> bytes:
    """A lossless JPEG (ITU-T T.81, annex H), all grey: no pixel differs from its neighbour."""
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(bytes([each, 0x11, 0]) for each in (1, 2, 3))
    only_code = bytes([0, 1, *[0] * 15, 0])  # of table 0: one bit, for a difference of 0
    scan = bytes([3, 1, 0, 2, 0, 3, 0, 1, 0, 0])  # three components together, predicted from the left
    parts = [_segment(0xC3, frame), _segment(0xC4, only_code), _segment(_SOS, scan)]
    return SOI + b"".join(parts) + bytes((3 * width * height + 7) // 8) + EOI


def second_frame(jpeg: bytes) -> bytes:
    """A JPEG with another frame at its end, which declares one pixel."""
    frame = _segment(0xC0, struct.pack(">BHHB", 8, 1, 1, 1) + bytes([1, 0x11, 0]))
    return jpeg.removesuffix(EOI) + frame + EOI


def second_head(png: bytes) -> bytes:
    """A PNG with another head after its pixels, which declares one pixel."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return png[:-12] + head + png[-12:]


def filled(jpeg: bytes, count: int) -> bytes:
    """A JPEG with fill bytes between its first two markers."""
    return SOI + b"\xff" * count + jpeg[2:]


def many_comments(jpeg: bytes, count: int) -> bytes:
    """A JPEG with empty comments."""
    return SOI + b"\xff\xfe\x00\x02" * count + jpeg[2:]


def many_chunks(png: bytes, count: int) -> bytes:
    """A PNG with empty texts."""
    after_ihdr = 8 + 12 + 13
    return png[:after_ihdr] + _chunk(b"tEXt", b"") * count + png[after_ihdr:]


def many_boxes(heic: bytes, count: int) -> bytes:
    """A HEIC with empty boxes at its end."""
    return heic + struct.pack(">I4s", 8, b"free") * count


def many_webp_chunks(webp: bytes, count: int) -> bytes:
    """A WebP with empty chunks at its end."""
    more = webp[8:] + struct.pack("<4sI", b"none", 0) * count
    return webp[:4] + struct.pack("<I", len(more)) + more


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _segments(jpeg: bytes) -> list[bytes]:
    """The segments of a JPEG after its first marker, each with the data of its scan."""
    found, at = [], len(SOI)
    while jpeg[at : at + 2] != EOI:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if jpeg[at + 1] == _SOS:
            while not (jpeg[end] == 0xFF and jpeg[end + 1] not in _STUFFED):
                end += 1
        found.append(jpeg[at:end])
        at = end
    return [*found, jpeg[at:]]
