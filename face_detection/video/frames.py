"""Frames of a video, and when the next one is due."""

from __future__ import annotations

import math
from dataclasses import dataclass

from face_detection.values import Photo

_ROUNDING = 0.001  # seconds; files store times in milliseconds


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a video.

    Attributes:
        photo: the frame in RGB, upright.
        number: counts from 1, including skipped frames.
        seconds: since the start of the file, or since the live source was opened; never decreases.
    """

    photo: Photo
    number: int
    seconds: float


def next_due(seconds: float, per_second: float) -> float:
    """The time from which the next frame is due, when sampling at a fixed rate.

    Times are multiples of the period, so that rounding errors don't accumulate.

    Args:
        seconds: the time of the last sampled frame.
        per_second: frames to sample per second.

    Returns:
        The time in seconds.
    """
    passed = math.floor((seconds + _ROUNDING) * per_second)
    return (passed + 1) / per_second - _ROUNDING
