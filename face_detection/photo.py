"""Decodes photo files to upright RGB pixels, and encodes pixels as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import cv2
import numpy as np
from PIL import Image

from face_detection.decoding.decode_slots import DecodeSlots
from face_detection.decoding.decoder_pool import DecoderPool
from face_detection.decoding.limits import HEAVY_BYTES, MAX_BYTES
from face_detection.decoding.outline import Outline
from face_detection.decoding.structure import outline_of
from face_detection.decoding.wire import DecodeOrder
from face_detection.errors import PhotoError
from face_detection.image_preprocess import LINEAR_SHRINKS_TO
from face_detection.problems import PhotoProblem
from face_detection.runtime.memory import give_memory_back
from face_detection.values import Face, Photo, Pixels

DECODES_AT_ONCE = 4
"""How many photos are decoded at the same time; each needs up to `HEAVY_BYTES`, except heavy ones."""

DECODE_WAIT_SECONDS = 15.0
"""How long a photo waits for a slot."""

HEAVY_WAITING = 6
"""How many heavy photos wait; more are refused at once, so that most of the server's 16 threads stay free."""

LARGE_PIXELS = 1920 * 1080
"""Pixels of a result from which finding all its faces needs much memory, so that such photos take turns."""

LARGE_WAIT_SECONDS = 60.0
"""How long a large photo waits for the one before; one of 24 megapixels takes about 10 s."""

LARGE_WAITING = 3
"""How many large photos wait. Each occupies one of the server's 16 threads and 40 MB."""

ANONYMOUS_WAIT_SECONDS = 2.0
"""How long a photo of somebody unknown waits for the one before."""

PORTRAIT_SIDE = 512
"""Longest side in pixels of an enrolled portrait; the engines use at most 160 px of it."""

PORTRAIT_REACH = 2.0
"""Side of a portrait relative to the longer side of the face's box."""

ANONYMOUS_SLOTS = DecodeSlots(1, ANONYMOUS_WAIT_SECONDS, most_waiting=1)
"""For callers without a grant, token or login: one at a time, so that nobody who has one waits for them."""

KNOWN_SLOTS = DecodeSlots(DECODES_AT_ONCE, DECODE_WAIT_SECONDS)
"""For all others: check-ins, teachers, other software with a token, commands."""

_heavy_slots = DecodeSlots(1, DECODE_WAIT_SECONDS, most_waiting=HEAVY_WAITING)
_large_slots = DecodeSlots(1, LARGE_WAIT_SECONDS, most_waiting=LARGE_WAITING)
_decoders = DecoderPool()


def decode(
    data: bytes,
    *,
    longest_side: int | None = None,
    most_bytes: int = MAX_BYTES,
    slots: DecodeSlots = KNOWN_SLOTS,
) -> Photo:
    """Decode the first picture of a JPEG, PNG, WebP or HEIC file.

    The file's structure is read first, in milliseconds, and refused unless it is an honest one. Then another
    process decodes it. That process is ended after ``DECODE_SECONDS``, whatever it does, and a file that
    crashes a decoder crashes nothing else. This adds 1.5 ms to a selfie (2026-12-01).

    Args:
        data: the file.
        longest_side: maximum longer side of the result in pixels. JPEGs are downscaled during decoding,
            which is several times as fast. None keeps the size, except that a JPEG of more than
            ``MAX_PIXELS`` is halved until it fits.
        most_bytes: size of the largest accepted file.
        slots: what limits callers of this kind; by default those of callers who are known.

    Returns:
        The photo: upright, RGB uint8 ``(H, W, 3)``, transparent parts grey.

    Raises:
        PhotoError: the bytes are not a complete photo in one of these formats, or exceed a limit.
        BusyError: no decoding slot became free in time.
    """
    outline = _outline(data, most_bytes)
    heavy = outline.decoder_bytes(longest_side) > HEAVY_BYTES
    with ExitStack() as held:
        if heavy and slots is not ANONYMOUS_SLOTS:  # first, so that a heavy photo waits without a slot
            held.enter_context(_heavy_slots.slot())
        held.enter_context(slots.slot())
        picture = _decoders.decode(DecodeOrder(outline.format, longest_side, heavy), outline.data)
    pixels = picture.pixels.reshape(picture.height, picture.width, 3)
    return Photo(_shrunk(pixels, longest_side, picture.original_size), picture.original_size)


@contextmanager
def turn_to_read(
    data: bytes,
    *,
    longest_side: int | None = None,
    most_bytes: int = MAX_BYTES,
    patience: float | None = None,
) -> Iterator[None]:
    """Hold the one place for large photos while a photo is decoded and searched; small ones need none.

    Args:
        data: the file.
        longest_side: as for `decode`.
        most_bytes: as for `decode`.
        patience: seconds that background work waits, however many others do; None if a person waits.

    Raises:
        PhotoError: the bytes are not a photo, exceed the limit, or have no honest structure.
        BusyError: too many wait, or the place did not become free in time.
    """
    if _outline(data, most_bytes).result_pixels(longest_side) <= LARGE_PIXELS:
        yield
        return
    with _large_slots.slot(patience=patience):
        give_memory_back()  # what others have freed while it waited
        try:
            yield
        finally:
            give_memory_back()


def start_decoder() -> None:
    """Start a decoder, so that the first photo takes no longer than later ones."""
    _decoders.warm_up()


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
    return encode_jpeg(_shrunk(crop, PORTRAIT_SIDE, crop.shape[:2]))


def _outline(data: bytes, most_bytes: int) -> Outline:
    if len(data) > most_bytes:
        raise PhotoError(
            PhotoProblem.TOO_MANY_BYTES,
            f"The photo has {len(data):,} bytes; the limit is {most_bytes:,}. Send a smaller one.",
        )
    return outline_of(data)


def _inside(start: float, end: float, length: int) -> tuple[int, int]:
    """An interval clipped to ``[0, length)``, at least one pixel long."""
    first = int(np.clip(start, 0, length - 1))
    return first, int(np.clip(end, first + 1, length))


def _shrunk(pixels: Pixels, longest_side: int | None, original_size: tuple[int, ...]) -> Pixels:
    """The pixels with a longer side of at most ``longest_side``, in the proportions of the original."""
    if longest_side is None or max(pixels.shape[:2]) <= longest_side:
        return pixels
    factor = longest_side / max(original_size)
    height, width = (max(1, round(side * factor)) for side in original_size)
    # Averaging by area takes four times as long: 4 ms of processor time for 800x600 to 640x480.
    is_near = max(height, width) >= LINEAR_SHRINKS_TO * max(pixels.shape[:2])
    method = cv2.INTER_LINEAR if is_near else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)
