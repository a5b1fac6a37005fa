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
