"""From the bytes that a phone sent to an upright RGB photo, and back to JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from face_detection.decode_slots import Turns
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo, Pixels

MAX_BYTES = 10_000_000
"""Largest file that is read: a 12-megapixel phone photo has 2 to 6 MB."""

MAX_PIXELS = 5712 * 4284
"""Most pixels that are expanded: what phone makers call 24 megapixels (24.5 million)."""

MAX_JPEG_PIXELS = 80_000_000
"""Most pixels of a baseline JPEG, which is shrunk while it is decoded: the 50 and 64 megapixel modes
of phones pass. A progressive JPEG is held to ``MAX_PIXELS``, as its decoder keeps every coefficient."""

MAX_SIDE = 30_000
"""Longest side in pixels: OpenCV warps nothing longer than 32,767."""

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""Pillow's names of the formats that may be opened; no other parser ever sees a byte."""

DECODES_AT_ONCE = 4
"""How many photos may be expanded at the same time; each needs up to 250 MB at ``MAX_PIXELS``."""

DECODE_WAIT_SECONDS = 15.0
"""How long a photo waits for its turn; the slowest decode that the limits allow takes about 1 s."""

BACKDROP = (160, 160, 160)
"""Grey that transparent parts are laid on."""

PORTRAIT_SIDE = 512
"""Longest side in pixels of an enrolled portrait: the engines read 160 px of it at most."""

PORTRAIT_REACH = 2.0
"""Side of a portrait as a multiple of the longer side of the face's box."""

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
"""What brings a photo upright for each value of the EXIF tag (EXIF 2.3, 4.6.4, tag 274)."""

_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_SHRINKING = {"JPEG", "MPO"}  # MPO: a JPEG with further pictures behind it, as phones write them

_turns = Turns(DECODES_AT_ONCE, DECODE_WAIT_SECONDS)


def decode(data: bytes, *, longest_side: int | None = None, most_bytes: int = MAX_BYTES) -> Photo:
    """Read the first picture of a JPEG, PNG, WebP or HEIC file, whatever its name was.

    Args:
        data: the file.
        longest_side: pixels that the longer side of the result has at most; a JPEG is shrunk to it
            while it is decoded, which is several times as fast. None keeps the size, except that a
            JPEG of more than ``MAX_PIXELS`` is halved until it fits.
        most_bytes: size of the largest file that is read.

    Returns:
        The photo, upright, RGB, transparent parts on grey.

    Raises:
        PhotoError: the bytes are no whole photo of these formats, or exceed a limit.
        BusyError: too many photos were being decoded for too long.
    """
    if len(data) > most_bytes:
        raise PhotoError(
            PhotoProblem.TOO_MANY_BYTES,
            f"The photo has {len(data):,} bytes; at most {most_bytes:,} are read. Send a smaller one.",
        )
    with _turns.turn(), _translated():
        _register_heic()
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _expand(image, longest_side)


def encode_jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    """Write pixels as JPEG without any metadata.

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
    """Cut out one face with enough around it that it can be found and embedded again.

    Args:
        photo: where the face was found.
        face: the face; its box may reach over the edge.

    Returns:
        JPEG of a square of ``PORTRAIT_REACH`` times the box, less what lies outside of the photo, at
        most ``PORTRAIT_SIDE`` pixels on the longer side.
    """
    centre_x, centre_y = (face.box[:2] + face.box[2:]) / 2
    reach = max(face.width, face.height) * PORTRAIT_REACH / 2
    left, right = _inside(centre_x - reach, centre_x + reach, photo.width)
    top, bottom = _inside(centre_y - reach, centre_y + reach, photo.height)
    cut = photo.pixels[top:bottom, left:right]
    return encode_jpeg(_shrunk(cut, PORTRAIT_SIDE))


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever a decoder throws at broken bytes into a `PhotoError`."""
    try:
        yield
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS, f"The photo is too large: {error}") from error
    except UnidentifiedImageError as error:
        raise PhotoError(
            PhotoProblem.NOT_AN_IMAGE, "The file is no JPEG, PNG, WebP or HEIC photo. Send one of these."
        ) from error
    except Exception as error:
        raise PhotoError(
            PhotoProblem.NOT_AN_IMAGE,
            f"The photo is damaged or cut short ({type(error).__name__}: {error}). Send it again.",
        ) from error


@cache
def _register_heic() -> None:
    """Teach Pillow HEIC at the first decode, not at import."""
    from pillow_heif import register_heif_opener  # noqa: PLC0415 - loads libheif

    register_heif_opener()


def _expand(image: Image.Image, longest_side: int | None) -> Photo:
    _require_size(image)
    width, height = image.size
    turn = _UPRIGHT.get(_orientation(image))
    if image.format in _SHRINKING:
        image.draft(None, _least_size(width, height, longest_side))
    image.load()
    _require_size(image)
    pixels = _shrunk(_rgb(image), longest_side)
    if turn is not None:
        pixels = np.asarray(Image.fromarray(pixels).transpose(turn))
    upright = (width, height) if turn in _SIDEWAYS else (height, width)
    return Photo(np.ascontiguousarray(pixels), upright)


def _require_size(image: Image.Image) -> None:
    """Refuse what is declared larger than may be expanded; nothing has been expanded yet."""
    width, height = image.size
    shrinks = image.format in _SHRINKING and not image.info.get("progressive")
    limit = MAX_JPEG_PIXELS if shrinks else MAX_PIXELS
    if width * height > limit or max(width, height) > MAX_SIDE:
        raise PhotoError(
            PhotoProblem.TOO_MANY_PIXELS,
            f"The photo has {width}x{height} pixels; at most {limit:,} and {MAX_SIDE:,} on a side are "
            "read. Send a smaller one.",
        )


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; 1 where there is none or the EXIF block is broken."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - EXIF is a jungle, and a photo without orientation is still a photo
        return 1
    return value if isinstance(value, int) else 1


def _least_size(width: int, height: int, longest_side: int | None) -> tuple[int, int]:
    """The width and height that a JPEG must not be shrunk below while it is decoded."""
    longest = max(width, height)
    if longest_side is None:
        least = longest if width * height <= MAX_PIXELS else longest // 2
    else:
        least = min(longest_side, longest)
    return max(1, width * least // longest), max(1, height * least // longest)


def _rgb(image: Image.Image) -> Pixels:
    """The pixels of any of Pillow's modes as RGB uint8."""
    if image.mode.startswith("I"):  # 16-bit grey, which Pillow would clip at 255
        grey = (np.clip(np.asarray(image), 0, 65535) // 257).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, BACKDROP)
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return np.asarray(image.convert("RGB"))


def _inside(start: float, end: float, length: int) -> tuple[int, int]:
    """A stretch cut to what lies inside a side; at least one pixel."""
    first = int(np.clip(start, 0, length - 1))
    return first, int(np.clip(end, first + 1, length))


def _shrunk(pixels: Pixels, longest_side: int | None) -> Pixels:
    height, width = pixels.shape[:2]
    if longest_side is None or max(height, width) <= longest_side:
        return pixels
    factor = longest_side / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
