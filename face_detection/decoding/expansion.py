"""Expands a photo file; runs in the decoder's process, which loads little else.

Pillow reads every format. Most JPEGs need it for their head only; see `straight`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from PIL import Image, UnidentifiedImageError

from face_detection.decoding.jpeg_outline import JpegFrame, frame_of
from face_detection.decoding.limits import MAX_COSTLY_PIXELS, MAX_JPEG_PIXELS, MAX_PIXELS, MAX_SIDE
from face_detection.decoding.outline import PhotoFormat
from face_detection.decoding.straight import StraightPicture, straight
from face_detection.decoding.upright import UprightPicture
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem

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

_SHRINKING = {"JPEG", "MPO"}  # MPO: a JPEG followed by further pictures, written by phones
_STRAIGHT = {"RGB", "L"}  # modes of JPEGs that need no conversion of Pillow's

Picture = StraightPicture | UprightPicture


def expand(data: bytes, file_format: str, longest_side: int | None) -> tuple[Picture, tuple[int, int]]:
    """Decode the first picture of a file.

    Args:
        data: the file.
        file_format: Pillow's name of its format.
        longest_side: the result is at least this long, and less than twice, if the file is.

    Returns:
        The picture, and ``(height, width)`` of the file, upright.

    Raises:
        PhotoError: it is not a complete photo in this format, or exceeds a limit.
    """
    with translated():
        if file_format == PhotoFormat.HEIF:
            _register_heic()
        with Image.open(io.BytesIO(data), formats=[file_format]) as image:
            return _expanded(image, data, longest_side)


@contextmanager
def translated() -> Iterator[None]:
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


def _expanded(image: Image.Image, data: bytes, longest_side: int | None) -> tuple[Picture, tuple[int, int]]:
    frame = frame_of(data) if image.format in _SHRINKING else None
    limit = _most_pixels(image, frame)
    _require_size(image, limit)
    width, height = image.size
    transposition = _UPRIGHT.get(_orientation(image))
    if frame is not None and frame.is_usual:
        image.draft(None, _least_size(width, height, longest_side))
        is_as_sent = transposition is None and _reduction(image, longest_side) == 1
        if is_as_sent and image.mode in _STRAIGHT and (picture := straight(data, image.size)) is not None:
            return picture, (height, width)
    image.load()
    _require_size(image, limit)
    alone = image._new(image.im)  # noqa: SLF001 - the pixels without the decoder, which may have 200 MB more
    upright = UprightPicture(alone, _reduction(image, longest_side), transposition)
    return upright, upright.original_size(width, height)


def _most_pixels(image: Image.Image, frame: JpegFrame | None) -> int:
    """The limit of a file, by what its decoder needs for each pixel."""
    if frame is not None and frame.is_read_in_rows:
        return MAX_JPEG_PIXELS
    has_four_colours = frame is not None and frame.components > 3
    return MAX_COSTLY_PIXELS if has_four_colours or image.format == PhotoFormat.WEBP else MAX_PIXELS


def _require_size(image: Image.Image, limit: int) -> None:
    """Refuse a photo whose size exceeds the limits: before decoding it, the declared one."""
    width, height = image.size
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


def _reduction(image: Image.Image, longest_side: int | None) -> int:
    """The side of the squares whose pixels are averaged to one, so that the picture stays long enough."""
    return max(1, max(image.size) // longest_side) if longest_side else 1
