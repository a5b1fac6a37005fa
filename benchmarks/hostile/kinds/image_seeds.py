"""Small pictures in every format, made here, and crafted ones that claim or expand to much."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

from benchmarks.attacks import crafted_photos as crafted

SIDE = 48
_BOMB_SIDE = 12_000  # 144 megapixels in 20 kB


@cache
def picture_seeds() -> dict[str, bytes]:
    """Valid pictures by a name: formats that are accepted, and others."""
    picture = _picture()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = 6, "maker", "2026:11:30 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    seeds = {
        "jpeg": _encoded(picture, "JPEG", exif=exif),
        "jpeg-progressive": _encoded(picture, "JPEG", progressive=True, icc_profile=b"\x00" * 200),
        "jpeg-grey": _encoded(picture.convert("L"), "JPEG"),
        "jpeg-cmyk": _encoded(picture.convert("CMYK"), "JPEG"),
        "jpeg-lossless": crafted.lossless_jpeg(SIDE, SIDE),
        "jpeg-scan-of-each": crafted.scan_of_each(SIDE, SIDE),
        "png": _encoded(picture, "PNG", exif=exif),
        "png-palette": _encoded(picture.convert("P"), "PNG"),
        "png-16": _encoded(
            Image.fromarray(np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE)), "PNG"
        ),
        "png-transparent": _encoded(picture.convert("RGBA"), "PNG"),
        "webp": _encoded(picture, "WEBP", exif=exif),
        "webp-lossless": _encoded(picture.convert("RGBA"), "WEBP", lossless=True),
        "webp-moving": _encoded(picture, "WEBP", save_all=True, append_images=[picture.rotate(90)]),
        "gif": _encoded(picture.convert("P"), "GIF", save_all=True, append_images=[picture.convert("P")]),
        "bmp": _encoded(picture, "BMP"),
        "tiff": _encoded(picture, "TIFF"),
        "ico": _encoded(picture, "ICO"),
        "ppm": _encoded(picture, "PPM"),
        "avif": _encoded(picture, "AVIF"),
        "heic": _heic(picture),
    }
    return {name: data for name, data in seeds.items() if data}


@cache
def crafted_pictures() -> dict[str, bytes]:
    """Files that are small and claim, contain or expand to much, or are two files at once."""
    seeds = picture_seeds()
    jpeg, png, webp, heic = seeds["jpeg"], seeds["png"], seeds["webp"], seeds["heic"]
    return {
        "bomb-png": _bomb(_BOMB_SIDE),
        "scans": crafted.many_scans(600, 600, 500),
        "fill-bytes": crafted.filled(jpeg, 300_000),
        "comments": crafted.many_comments(jpeg, 50_000),
        "second-frame": crafted.second_frame(jpeg),
        "second-head": crafted.second_head(png),
        "chunks": crafted.many_chunks(png, 20_000),
        "webp-chunks": crafted.many_webp_chunks(webp, 20_000),
        "boxes": crafted.many_boxes(heic, 20_000),
        "jpeg-and-zip": jpeg + _zip(),
        "png-and-page": png + b"<html><script>alert(1)</script></html>",
        "gif-and-script": b"GIF89a/*" + seeds["gif"][8:] + b"*/=1;alert(1)",
        "jpeg-in-png": png[:33] + jpeg + png[33:],
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "empty": b"",
        "only-head": jpeg[:4],
        "exif-loop": _exif_loop(jpeg),
        "exif-count": _exif_count(jpeg),
    }


def resized(data: bytes, width: int, height: int) -> bytes:
    """A picture whose head claims another size."""
    if data.startswith(b"\x89PNG"):
        head = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
        return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]
    if data.startswith(b"\xff\xd8"):
        for marker in (b"\xff\xc0", b"\xff\xc2", b"\xff\xc3"):
            at = data.find(marker)
            if at >= 0:
                return data[: at + 5] + struct.pack(">HH", height & 0xFFFF, width & 0xFFFF) + data[at + 9 :]
    if data.startswith(b"GIF8"):
        return data[:6] + struct.pack("<HH", width & 0xFFFF, height & 0xFFFF) + data[10:]
    if data.startswith(b"BM"):
        return data[:18] + struct.pack("<ii", width & 0x7FFFFFFF, -(height & 0x7FFFFFFF)) + data[26:]
    at = data.find(b"ispe")  # HEIC and AVIF
    if at >= 0:
        return data[: at + 8] + struct.pack(">II", width, height) + data[at + 16 :]
    return data


def _picture() -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), (140, 120, 100))
    drawing = ImageDraw.Draw(picture)
    for step in range(0, SIDE, 6):
        drawing.ellipse((step, step // 2, step + 12, step // 2 + 9), (5 * step, 255 - 5 * step, 90))
    return picture


def _encoded(picture: Image.Image, file_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    try:
        picture.save(out, file_format, **options)
    except (KeyError, OSError):  # Pillow was built without this format
        return b""
    return out.getvalue()


def _heic(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out, quality=50)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """A grey PNG of zeros with one bit for each pixel."""
    row = b"\x00" * (1 + side // 8)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    compress = zlib.compressobj(9)
    body = b"".join(compress.compress(row) for _ in range(side)) + compress.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hidden.txt", "hidden")
    return out.getvalue()


def _with_exif(jpeg: bytes, directory: bytes) -> bytes:
    body = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" + directory
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _exif_loop(jpeg: bytes) -> bytes:
    """A directory whose next one, and whose part for the camera, is itself."""
    entry = struct.pack(">HHII", 0x8769, 4, 1, 8)
    return _with_exif(jpeg, struct.pack(">H", 1) + entry + struct.pack(">I", 8))


def _exif_count(jpeg: bytes) -> bytes:
    """An orientation with four thousand million values."""
    entry = struct.pack(">HHII", 0x0112, 3, 0xFFFFFFFF, 0xFFFFFFF0)
    return _with_exif(jpeg, struct.pack(">H", 0xFFFF) + entry * 3)
