"""What a decoder's process reads and writes on its pipes."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from io import BufferedIOBase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.decoding.limits import MAX_PIXELS
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem

READY = b"ready\n"
_LENGTHS = struct.Struct(">IQ")  # bytes of the JSON, and of what follows it
_MOST_JSON = 1 << 16


class BrokenWireError(Exception):
    """The other end has gone, or writes something else."""


@dataclass(frozen=True)
class DecodeOrder:
    """What to decode.

    Attributes:
        format: Pillow's name of the only format to try.
        longest_side: the result may be at most twice as long; None keeps the size.
        heavy: whether it may take as much memory as any photo does.
    """

    format: str
    longest_side: int | None
    heavy: bool = False


@dataclass(frozen=True)
class DecodedPicture:
    """A decoded picture.

    Attributes:
        height: of the pixels.
        width: of the pixels.
        original_size: ``(height, width)`` of the file in pixels, upright.
        pixels: RGB bytes, row by row, upright.
    """

    height: int
    width: int
    original_size: tuple[int, int]
    pixels: NDArray[np.uint8]


def send_order(pipe: BufferedIOBase, order: DecodeOrder, data: bytes) -> None:
    """Send an order and the file to decode."""
    pipe.write(_head(asdict(order), len(data)) + data)  # at once, so that the decoder wakes once
    pipe.flush()


def receive_order(pipe: BufferedIOBase) -> tuple[DecodeOrder, bytes] | None:
    """The next order; None if the other end is closed."""
    try:
        about, length = _receive(pipe)
    except BrokenWireError:
        return None
    return DecodeOrder(**about), pipe.read(length)


def send_problem(pipe: BufferedIOBase, error: PhotoError) -> None:
    """Send why there is no picture."""
    _send(pipe, {"problem": error.problem.value, "detail": str(error)[:1000]}, 0)
    pipe.flush()


def send_head(pipe: BufferedIOBase, height: int, width: int, original_size: tuple[int, int]) -> None:
    """Send what comes before the pixels."""
    _send(pipe, {"height": height, "width": width, "original": original_size}, height * width * 3)


def receive_picture(pipe: BufferedIOBase) -> DecodedPicture:
    """The picture, checked: a file that took over the decoder's process can't do more than send a wrong one.

    Raises:
        PhotoError: why there is no picture.
        BrokenWireError: the decoder has gone, or sends something else.
    """
    about, length = _receive(pipe)
    try:
        if "problem" in about:
            raise PhotoError(PhotoProblem(about["problem"]), str(about["detail"]))
        height, width = int(about["height"]), int(about["width"])
        original = int(about["original"][0]), int(about["original"][1])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BrokenWireError(f"{type(error).__name__}: {error}") from error
    if min(height, width) < 1 or height * width > MAX_PIXELS or length != height * width * 3:
        raise BrokenWireError(f"{length:,} bytes for {width}x{height} pixels")
    pixels = np.empty(length, np.uint8)  # has no memory yet: the decoder gives back what it sends
    if pipe.readinto(pixels.data) != length:
        raise BrokenWireError("it ended within a picture")
    return DecodedPicture(height, width, original, pixels)


def _send(pipe: BufferedIOBase, about: dict[str, object], length: int) -> None:
    pipe.write(_head(about, length))


def _head(about: dict[str, object], length: int) -> bytes:
    text = json.dumps(about).encode()
    return _LENGTHS.pack(len(text), length) + text


def _receive(pipe: BufferedIOBase) -> tuple[dict[str, Any], int]:
    head = pipe.read(_LENGTHS.size)
    if len(head) < _LENGTHS.size:
        raise BrokenWireError("it has ended")
    size, length = _LENGTHS.unpack(head)
    if size > _MOST_JSON:
        raise BrokenWireError(f"{size:,} bytes before a picture")
    try:
        about = json.loads(pipe.read(size))
    except ValueError as error:
        raise BrokenWireError(f"no JSON: {error}") from error
    if not isinstance(about, dict):
        raise BrokenWireError("no object before a picture")
    return about, length
