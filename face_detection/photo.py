"""Decodes photo files to upright RGB pixels, and encodes pixels as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from face_detection.decode_slots import DecodeSlots
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo, Pixels

MAX_BYTES = 10_000_000
"""Largest accepted file: a 12-megapixel phone photo has 2 to 6 MB."""

MAX_PIXELS = 5712 * 4284
"""Most pixels that are decoded: what phone makers call 24 megapixels (24.5 million)."""

MAX_JPEG_PIXELS = 80_000_000
"""Most pixels of a baseline JPEG, which is downscaled during decoding; admits the 50 and 64 megapixel modes
of phones. Progressive JPEGs are limited to ``MAX_PIXELS``, because their decoder stores every coefficient."""

MAX_SIDE = 30_000
"""Longest side in pixels: OpenCV warps nothing longer than 32,767."""

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""Pillow's names of the accepted formats; no other parser sees any data."""

DECODES_AT_ONCE = 4
"""How many photos are decoded at the same time; each needs up to 250 MB at ``MAX_PIXELS``."""

DECODE_WAIT_SECONDS = 15.0
"""How long a photo waits for a slot; the slowest decoding within the limits takes about 1 s."""

BACKDROP = (160, 160, 160)
"""The grey background of transparent parts, RGB."""

PORTRAIT_SIDE = 512
"""Longest side in pixels of an enrolled portrait; the engines use at most 160 px of it."""

PORTRAIT_REACH = 2.0
"""Side of a portrait relative to the longer side of the face's box."""

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a photo upright, by EXIF orientation (EXIF 2.3, 4.6.4, tag 274)."""

_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_SHRINKING = {"JPEG", "MPO"}  # MPO: a JPEG followed by further pictures, written by phones

_slots = DecodeSlots(DECODES_AT_ONCE, DECODE_WAIT_SECONDS)


def decode(data: bytes, *, longest_side: int | None = None, most_bytes: int = MAX_BYTES) -> Photo:
    """Decode the first picture of a JPEG, PNG, WebP or HEIC file.

    Args:
        data: the file.
        longest_side: maximum longer side of the result in pixels. JPEGs are downscaled during decoding,
            which is several times as fast. None keeps the size, except that a JPEG of more than
            ``MAX_PIXELS`` is halved until it fits.
        most_bytes: size of the largest accepted file.

    Returns:
        The photo: upright, RGB uint8 ``(H, W, 3)``, transparent parts grey.

    Raises:
        PhotoError: the bytes are not a complete photo in one of these formats, or exceed a limit.
        BusyError: no decoding slot became free in time.
    """
    if len(data) > most_bytes:
        raise PhotoError(
            PhotoProblem.TOO_MANY_BYTES,
            f"The photo has {len(data):,} bytes; the limit is {most_bytes:,}. Send a smaller one.",
        )
    with _slots.slot(), _translated():
        _register_heic()
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _expand(image, longest_side)


def encode_jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    """Encode pixels as JPEG without metadata.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.
        quality: 1 to 95.

    Raises:
        ValueError: the array has another shape or dtype.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"Expected uint8 pixels of shape (H, W, 3), got {pixels.dtype} {pixels.shape}.")
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def portrait_jpeg(photo: Photo, face: Face) -> bytes:
    """Crop one face, with enough context to detect and embed it again.

    Args:
        photo: the photo in which the face was detected.
        face: the face; its box may extend beyond the edge.

    Returns:
        JPEG of a square of ``PORTRAIT_REACH`` times the box, clipped to the photo, at most
        ``PORTRAIT_SIDE`` pixels on the longer side.
    """
    centre_x, centre_y = (face.box[:2] + face.box[2:]) / 2
    reach = max(face.width, face.height) * PORTRAIT_REACH / 2
    left, right = _inside(centre_x - reach, centre_x + reach, photo.width)
    top, bottom = _inside(centre_y - reach, centre_y + reach, photo.height)
    crop = photo.pixels[top:bottom, left:right]
    return encode_jpeg(_shrunk(crop, PORTRAIT_SIDE))


@contextmanager
def _translated() -> Iterator[None]:
    """Translate all exceptions of the decoders to `PhotoError`."""
    try:
        yield
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS, f"The photo is too large: {error}") from error
    except UnidentifiedImageError as error:
        raise PhotoError(
            PhotoProblem.NOT_AN_IMAGE, "The file is not a JPEG, PNG, WebP or HEIC photo."
        ) from error
    except Exception as error:
        raise PhotoError(
            PhotoProblem.NOT_AN_IMAGE,
            f"The photo is damaged or incomplete ({type(error).__name__}: {error}). Send it again.",
        ) from error


@cache
def _register_heic() -> None:
    """Register HEIC with Pillow at the first decoding, not at import."""
    from pillow_heif import register_heif_opener  # noqa: PLC0415 - loads libheif

    register_heif_opener()


def _expand(image: Image.Image, longest_side: int | None) -> Photo:
    _require_size(image)
    width, height = image.size
    transposition = _UPRIGHT.get(_orientation(image))
    if image.format in _SHRINKING:
        image.draft(None, _least_size(width, height, longest_side))
    image.load()
    _require_size(image)
    pixels = _shrunk(_rgb(image), longest_side)
    if transposition is not None:
        pixels = np.asarray(Image.fromarray(pixels).transpose(transposition))
    upright = (width, height) if transposition in _SIDEWAYS else (height, width)
    return Photo(np.ascontiguousarray(pixels), upright)


def _require_size(image: Image.Image) -> None:
    """Refuse a photo whose declared size exceeds the limits, before decoding it."""
    width, height = image.size
    shrinks = image.format in _SHRINKING and not image.info.get("progressive")
    limit = MAX_JPEG_PIXELS if shrinks else MAX_PIXELS
    if width * height > limit or max(width, height) > MAX_SIDE:
        raise PhotoError(
            PhotoProblem.TOO_MANY_PIXELS,
            f"The photo has {width}x{height} pixels; the limits are {limit:,} and {MAX_SIDE:,} on "
            "a side. Send a smaller one.",
        )


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; 1 if there is none or the EXIF data are damaged."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF data make Pillow raise almost anything; the photo is still usable
        return 1
    return value if isinstance(value, int) else 1


def _least_size(width: int, height: int, longest_side: int | None) -> tuple[int, int]:
    """The minimum width and height to which a JPEG may be downscaled during decoding."""
    longest = max(width, height)
    if longest_side is None:
        least = longest if width * height <= MAX_PIXELS else longest // 2
    else:
        least = min(longest_side, longest)
    return max(1, width * least // longest), max(1, height * least // longest)


def _rgb(image: Image.Image) -> Pixels:
    """The pixels as RGB uint8 ``(H, W, 3)``, from any of Pillow's modes."""
    if image.mode.startswith("I"):  # 16-bit greyscale, which Pillow would clip at 255
        grey = (np.clip(np.asarray(image), 0, 65535) // 257).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, BACKDROP)
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return np.asarray(image.convert("RGB"))


def _inside(start: float, end: float, length: int) -> tuple[int, int]:
    """An interval clipped to ``[0, length)``, at least one pixel long."""
    first = int(np.clip(start, 0, length - 1))
    return first, int(np.clip(end, first + 1, length))


def _shrunk(pixels: Pixels, longest_side: int | None) -> Pixels:
    height, width = pixels.shape[:2]
    if longest_side is None or max(height, width) <= longest_side:
        return pixels
    factor = longest_side / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
