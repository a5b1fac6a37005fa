"""Whether the frames of a movement show two pictures that are switched, by their pixels.

The points of a face can be wrong in the frame in which a turned picture comes, and then lie between those of
both. Its pixels are those of the turned picture all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.values import FrameReading
from face_detection.values import Pixels

SIDE = 48
"""Pixels to which the longer side of a face's box is shrunk."""

PATCH, REACH = 44, 8
"""Side in pixels of the part of a face that is looked for in another frame, and how far from its place."""

SMOOTH = 1.2
"""Standard deviation in pixels of the blur that leaves noise and compression out."""

MOST_COMPARED = 16
"""Frames of a movement that are compared; of more, as a live camera sees them, those about its middle."""

LEAST_CONTRAST = 1.0
"""Least standard deviation in levels of 255 of a part that is like anything; a face has tens."""

LEAST_ACROSS = 0.05
"""Least difference of two pictures; frames that differ less show one, and say nothing of a switch. Those of
the straight and the turned head of 422 switches differ by 0.077 and more (see `thresholds.SPREAD`)."""

Differences = NDArray[np.float64]


def spread(frames: Sequence[FrameReading], middle: int) -> float:
    """How much the frames differ from two pictures, one of them shown for a while.

    Args:
        frames: of one movement.
        middle: index of the first one in which it is half done.

    Returns:
        The largest difference of frames that would show the same picture, relative to the mean one of frames
        that would show another one, by the two pictures that explain the frames best; 1 where there is one
        picture only. It does not depend on how long either was shown.
    """
    first = max(0, middle - MOST_COMPARED // 2)
    apart = _differences(frames[first : first + MOST_COMPARED])
    count = len(apart)
    blocks = [slice(first, end) for first in range(1, count) for end in range(first + 1, count + 1)]
    return min((_spread(apart, block) for block in blocks), default=1.0)


def _spread(apart: Differences, block: slice) -> float:
    """The same if the second picture was shown in a block of frames."""
    shown = np.zeros(len(apart), bool)
    shown[block] = True
    same = shown[:, None] == shown
    across = float(apart[~same].mean())
    return float(apart[same].max()) / across if across > LEAST_ACROSS else 1.0


def _differences(frames: Sequence[FrameReading]) -> Differences:
    """How different the faces of each two frames look where they fit best: 0 for the same picture, to 2."""
    boxes = [frame.face for frame in frames]
    scale = SIDE / max(1.0, float(np.median([max(face.width, face.height) for face in boxes])))
    small = [_around(frame, scale) for frame in frames]
    apart = np.ones((len(frames), len(frames))) - np.eye(len(frames))
    for one in range(len(frames)):
        part = np.ascontiguousarray(small[one][REACH:-REACH, REACH:-REACH])
        if float(part.std()) < LEAST_CONTRAST:
            continue
        for other in range(one + 1, len(frames)):
            fits = cv2.matchTemplate(small[other], part, cv2.TM_CCOEFF_NORMED)
            apart[one, other] = apart[other, one] = 1 - float(fits.max())
    return apart


def _around(frame: FrameReading, scale: float) -> Pixels:
    """A face and ``REACH`` pixels more on each side, in grey."""
    grey = cv2.cvtColor(frame.photo.pixels, cv2.COLOR_RGB2GRAY)
    height, width = (max(1, round(length * scale)) for length in grey.shape)
    smooth = cv2.GaussianBlur(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), (0, 0), SMOOTH)
    side = PATCH + 2 * REACH
    left, top = side / 2 - (frame.face.box[:2] + frame.face.box[2:]) / 2 * scale
    move = np.array([[1, 0, left], [0, 1, top]], np.float32)
    return np.asarray(cv2.warpAffine(smooth, move, (side, side), borderMode=cv2.BORDER_REPLICATE), np.uint8)
