"""A perceptual hash of the picture around a face: finds the same picture again after it was changed a little.

The face with its surroundings is put upright by its landmarks and shrunk; the hash is the signs of 256 of its
cosine frequencies (after Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010).
The lowest frequencies, which all faces have alike, are left out. What is looked for is hashed in slightly
different cuts, because the landmarks of a changed picture move.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.values import Face, Photo, Pixels

BYTES = 32
NEARLY_SAME = 44
"""Bits of 256 that differ at most between a picture and a changed copy of it. Counted by
``python -m benchmarks.liveness.copies`` on 2026-11-29, with MTCNN; docs/liveness.md has the rates."""

_REACH = 4.0  # side of the square in distances of the template; inside the crops that enrolment keeps
_PATCH = 96  # side in pixels
_LEAST_STEP = 1.5
"""Pixels for one of the patch that are left after halving a large picture, again and again: that takes less
than half of the time of shrinking it at once. Hashes of 60 photos of 1280 px differ by 1.9 bits from those
that were halved once, 5 at most."""
_MARGIN = 3  # pixels of the patch around it, between whose values those of its edge lie
_SMOOTH = 1.2  # standard deviation in pixels of the patch: finer detail differs between any two pictures
_INNER = 0.85  # part of the patch that is hashed, so that other cuts are inside it
_SIDE = 32  # of what is transformed, in pixels
_SKIPPED = 60  # lowest frequencies
_SHIFTS = ((0.0, 0.0), (0.035, 0.0), (-0.035, 0.0), (0.0, 0.035), (0.0, -0.035))  # in sides of the patch
_SCALES = (1.0, 0.95, 1.05)
_TURNS = (0.0, -2.5, 2.5)  # degrees

# Eyes, nose and corners of the mouth of an upright face; x, y in distances between the eyes.
_TEMPLATE = np.array([[-0.5, -0.55], [0.5, -0.55], [0.0, 0.05], [-0.42, 0.6], [0.42, 0.6]])
_DIAGONALS = np.add.outer(np.arange(_SIDE), np.arange(_SIDE))
_ORDER = np.argsort(_DIAGONALS.ravel(), kind="stable")
_BLANK = 3.0  # standard deviation in grey levels; faces have 25 to 70
_FREQUENCIES = _ORDER[_SKIPPED : _SKIPPED + 8 * BYTES]
_HIGHEST = 1 + int(_DIAGONALS.ravel()[_FREQUENCIES].max())  # of a row or a column; the others aren't computed
_PLACES = _FREQUENCIES // _SIDE * _HIGHEST + _FREQUENCIES % _SIDE
_COSINES = np.cos(np.pi / _SIDE * np.outer(np.arange(_HIGHEST), np.arange(_SIDE) + 0.5)).astype(np.float32)
Cuts = tuple[NDArray[np.int16], NDArray[np.uint16]]
"""Which points of a patch cuts consist of, as ``cv2.remap`` wants them, one cut below the other."""


def picture_patch(photo: Photo, face: Face) -> Pixels:
    """What is hashed of a picture: the face with its surroundings, upright.

    Args:
        photo: the picture.
        face: the face in it.

    Returns:
        Grey uint8 ``(96, 96)``.
    """
    turn, middle = _pose(face)
    size = float(np.hypot(turn[0, 0], turn[1, 0]))  # pixels of the photo between the eyes
    step = size * _REACH / _PATCH  # pixels of the photo for one of the patch
    upright = float(np.abs(turn[0]).sum()) / size  # 1; 1.41 for a face that lies on its side
    grey, start, scale = _surroundings(photo, middle, step, (_PATCH / 2 + _MARGIN) * upright)
    linear = turn / size * step * scale[:, None]
    origin = (middle - start + 0.5) * scale - 0.5 - linear @ np.full(2, (_PATCH - 1) / 2)
    return np.asarray(cv2.GaussianBlur(_warped(grey, linear, origin, _PATCH), (0, 0), _SMOOTH), np.uint8)


def is_blank(patch: Pixels) -> bool:
    """Whether a patch shows nothing by which it could be found again."""
    return float(cv2.meanStdDev(patch)[1][0, 0]) < _BLANK


def picture_hash(patch: Pixels) -> bytes:
    """The hash of a picture: 32 bytes.

    Args:
        patch: see `picture_patch`.
    """
    return _hashed(patch, _middle_cut()).tobytes()


def picture_views(patch: Pixels) -> NDArray[np.uint8]:
    """The hash of a picture and of slightly other cuts of it, to look for earlier copies of it.

    Args:
        patch: see `picture_patch`.

    Returns:
        ``(45, 32)`` uint8; the first row is `picture_hash`.
    """
    return _hashed(patch, _all_cuts())


def nearly_same(views: NDArray[np.uint8], pictures: list[bytes]) -> NDArray[np.bool_]:
    """Which earlier pictures a picture is a copy of, as far as hashes show.

    Args:
        views: see `picture_views`.
        pictures: hashes of N earlier ones.

    Returns:
        ``(N,)`` bool.
    """
    return distances(views, pictures) <= NEARLY_SAME


def distances(views: NDArray[np.uint8], pictures: list[bytes]) -> NDArray[np.int64]:
    """How many bits of 256 differ between N pictures and the nearest cut of another one; ``(N,)`` int64."""
    earlier = np.frombuffer(b"".join(pictures), np.uint8).reshape(-1, BYTES)
    differing = np.bitwise_count(views[:, None, :] ^ earlier[None, :, :]).sum(axis=2, dtype=np.int64)
    return np.asarray(differing.min(axis=0), np.int64)


def _pose(face: Face) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn and size of a face by least squares over its landmarks, ``(2, 2)``, and their middle, ``(2,)``."""
    landmarks = face.landmarks.astype(np.float64)
    middle, off = landmarks.mean(axis=0), _TEMPLATE.mean(axis=0)
    here, there = landmarks - middle, _TEMPLATE - off
    size = (there**2).sum()
    along = (there * here).sum() / size
    across = (there[:, 0] * here[:, 1] - there[:, 1] * here[:, 0]).sum() / size
    if np.hypot(along, across) < 1.0:  # less than a pixel between the eyes: no face, and no direction
        along, across = 1.0, 0.0
    turn = np.array([[along, -across], [across, along]])
    return turn, middle - turn @ off


def _surroundings(
    photo: Photo, middle: NDArray[np.float64], step: float, reach: float
) -> tuple[Pixels, NDArray[np.int_], NDArray[np.float64]]:
    """The part of a photo around a face, in grey and shrunk without aliasing.

    Args:
        photo: the picture.
        middle: of the part, x and y.
        step: pixels of the photo for one of the patch.
        reach: from the middle to each edge, in pixels of the patch.

    Returns:
        The part; where it starts in the photo, x and y; its pixels for one of the photo, across and down.
    """
    half = step * reach
    size = np.array([photo.width, photo.height])
    start = np.clip(np.floor(middle - half).astype(int), 0, size - 1)
    end = np.clip(np.ceil(middle + half).astype(int), start + 1, size)
    halvings = 0
    while step >= 2 * _LEAST_STEP and (end - start).min() >= 2 << halvings:
        step, halvings = step / 2, halvings + 1
    end = start + ((end - start) >> halvings << halvings)
    part = photo.pixels[start[1] : end[1], start[0] : end[0]]
    grey = part if halvings else cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    for halving in range(1, halvings + 1):
        grey = cv2.resize(grey, ((end - start) >> halving).tolist(), interpolation=cv2.INTER_AREA)
        if halving == 1:
            grey = cv2.cvtColor(grey, cv2.COLOR_RGB2GRAY)
    shrunk = np.maximum(1, np.round(((end - start) >> halvings) * min(1.0, 1.0 / step))).astype(int)
    if step > 1.0:
        grey = cv2.resize(grey, shrunk.tolist(), interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8), start, shrunk / (end - start)


@cache
def _middle_cut() -> Cuts:
    return cv2.convertMaps(*_points((0.0, 0.0), 1.0, 0.0), cv2.CV_16SC2)  # type: ignore[return-value]


@cache
def _all_cuts() -> Cuts:
    cuts = [_points(shift, scale, turn) for turn, scale, shift in product(_TURNS, _SCALES, _SHIFTS)]
    across, down = (np.vstack(each) for each in zip(*cuts, strict=True))
    return cv2.convertMaps(across, down, cv2.CV_16SC2)  # type: ignore[return-value]


def _points(
    shift: tuple[float, float], scale: float, turn: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The points of a patch of which its inner part consists, moved a little: x and y, ``(32, 32)`` each."""
    angle = np.deg2rad(turn)
    linear = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear *= _PATCH * _INNER * scale / _SIDE
    middle = (_PATCH - 1) / 2 + np.array(shift) * _PATCH
    off = np.arange(_SIDE) - (_SIDE - 1) / 2
    here = linear @ np.stack(np.meshgrid(off, off)).reshape(2, -1) + middle[:, None]
    across, down = here.reshape(2, _SIDE, _SIDE).astype(np.float32)
    return across, down


def _warped(
    grey: Pixels, linear: NDArray[np.float64], origin: NDArray[np.float64], side: int
) -> NDArray[np.uint8]:
    """A square of a picture; beyond its edge the edge goes on."""
    matrix = np.hstack([linear, origin[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(grey, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(square, np.uint8)


def _hashed(patch: Pixels, cuts: Cuts) -> NDArray[np.uint8]:
    """The hashes of some cuts, ``(n, 32)`` uint8."""
    squares = cv2.remap(patch, *cuts, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rows = squares.astype(np.float32) @ _COSINES.T  # (n * 32, highest)
    whole = _COSINES @ rows.reshape(-1, _SIDE, _HIGHEST)
    return np.packbits(whole.reshape(len(whole), -1)[:, _PLACES] > 0, axis=1)
