"""What is wrong with a burst's files and times, before anything is looked for in its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from face_detection.errors import PhotoError
from face_detection.liveness.values import MovementProblem
from face_detection.problems import PhotoProblem
from face_detection.values import Photo

MOST_FRAMES = 16
"""Frames of a burst: 8 for each of two movements."""

MOST_FRAME_BYTES = 64 * 1024
"""Size of a frame's file; one of 320 pixels has about 10 kB."""

LEAST_GAP_MS = 80
"""Least time between two frames; the page takes five a second, and phones are late rather than early."""

MOST_GAP_MS = 1_500
"""Most time between two frames; a movement takes about a second."""

MOST_SPAN_MS = 10_000
"""Most time from the first frame to the last."""

SAME_PIXELS = 0.5
"""Mean difference of two frames, in levels of 255, below which they show the same picture. The least of 918
pairs of neighbouring frames before a webcam was 2.2 (NUAA at 320 pixels, 2026-11-29): a camera's noise is
never the same twice. The same frame saved again with another quality differs by 1.8 and more and is not
recognised."""

LOST_SHARE = 4
"""One of so many frames may show no face: two of eight, which leaves as many as a movement needs."""

COMPARED_STEP = 4
"""Every how many rows and columns pixels are compared."""


def require_sizes(frames: Sequence[bytes]) -> None:
    """Refuse what no page sends.

    Raises:
        PhotoError: there are too many frames, or one has too many bytes.
    """
    if len(frames) > MOST_FRAMES:
        raise PhotoError(
            PhotoProblem.TOO_MANY_BYTES,
            f"The burst has {len(frames)} frames; the limit is {MOST_FRAMES}. Send fewer.",
        )
    for frame in frames:
        if len(frame) > MOST_FRAME_BYTES:
            raise PhotoError(
                PhotoProblem.TOO_MANY_BYTES,
                f"A frame has {len(frame):,} bytes; the limit is {MOST_FRAME_BYTES:,}. Send a smaller one.",
            )


def problem_of_times(taken: Sequence[int], count: int) -> MovementProblem | None:
    """What is wrong with the times of the frames.

    Args:
        taken: when each frame was taken, in milliseconds.
        count: how many frames there are.
    """
    gaps = [after - before for before, after in pairwise(taken)]
    if len(taken) != count or any(gap < LEAST_GAP_MS for gap in gaps):
        return MovementProblem.TOO_FAST
    if any(gap > MOST_GAP_MS for gap in gaps) or sum(gaps) > MOST_SPAN_MS:
        return MovementProblem.TOO_SLOW
    return None


def repeats(photos: Sequence[Photo]) -> bool:
    """Whether two frames show the same pixels, whatever the bytes of their files are."""
    samples = [photo.pixels[::COMPARED_STEP, ::COMPARED_STEP].astype(np.int16) for photo in photos]
    return any(
        one.shape == other.shape and float(np.abs(one - other).mean()) < SAME_PIXELS
        for one, other in combinations(samples, 2)
    )


def most_lost(count: int) -> int:
    """How many frames of a burst may show no face, never the first one.

    Args:
        count: how many frames there are.
    """
    return count // LOST_SHARE
