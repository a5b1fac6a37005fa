"""Limits of a video, and what exceeds them."""

from __future__ import annotations

from dataclasses import dataclass

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem
from face_detection.video.video_address import VideoAddress


@dataclass(frozen=True)
class VideoLimits:
    """Limits of a video.

    Attributes:
        seconds: maximum length of a file; None means unlimited.
        pixels: maximum pixels of a frame; cinema 4K has 8.8 million.
        frames: maximum number of frames of a file, whatever length it declares; None means unlimited.
        work_seconds: maximum time for decoding the frames of a file; None means unlimited.
    """

    seconds: float | None = None
    pixels: int = 4096 * 2304
    frames: int | None = None
    work_seconds: float | None = None


def require_size(address: VideoAddress, size: tuple[int, int], limits: VideoLimits) -> None:
    """Refuse frames with too many pixels.

    Raises:
        VideoError: ``size``, ``(height, width)`` in pixels, exceeds the limit.
    """
    height, width = size
    if height * width > limits.pixels:
        raise VideoError(
            VideoProblem.FRAMES_TOO_LARGE,
            f"The frames of {address.name} have {width}x{height} pixels; the limit is {limits.pixels:,}. "
            "Record it in 4K or less.",
        )


def require_length(address: VideoAddress, seconds: float | None, limits: VideoLimits) -> None:
    """Refuse a file that is too long.

    Raises:
        VideoError: ``seconds``, declared or read so far, exceeds the limit.
    """
    if limits.seconds is not None and seconds is not None and seconds > limits.seconds:
        raise VideoError(
            VideoProblem.TOO_LONG,
            f"{address.name} lasts {seconds:.0f} s or more; the limit is {limits.seconds:.0f} s. "
            "Cut it, or record a shorter one.",
        )
