"""A perceptual hash of the picture around a face: finds the same picture again after it was changed a little.

The face with its surroundings is put upright by its landmarks and shrunk; the hash is the signs of 256 of its
cosine frequencies (after Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010).
The lowest frequencies, which all faces have alike, are left out. What is looked for is hashed in slightly
different cuts, because the landmarks of a changed picture move.
"""

from __future__ import annotations

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
_LEAST_STEP = 2.0
"""Pixels for one of the patch that are left after halving a large picture, which takes half the time of
shrinking it at once. Hashes of 80 photos of 1280 px differ by 1.1 bits from those without, 4 at most."""
_SMOOTH = 1.2  # standard deviation in pixels of the patch: finer detail differs between any two pictures
_INNER = 0.85  # part of the patch that is hashed, so that other cuts are inside it
_SIDE = 32  # of what is transformed, in pixels
_SKIPPED = 60  # lowest frequencies
_SHIFTS = ((0.0, 0.0), (0.035, 0.0), (-0.035, 0.0), (0.0, 0.035), (0.0, -0.035))  # in sides of the patch
_SCALES = (1.0, 0.95, 1.05)
_TURNS = (0.0, -2.5, 2.5)  # degrees

# Eyes, nose and corners of the mouth of an upright face; x, y in distances between the eyes.
_TEMPLATE = np.array([[-0.5, -0.55], [0.5, -0.55], [0.0, 0.05], [-0.42, 0.6], [0.42, 0.6]])
_ORDER = np.argsort(np.add.outer(np.arange(_SIDE), np.arange(_SIDE)).ravel(), kind="stable")
_BLANK = 3.0  # standard deviation in grey levels; faces have 25 to 70
_FREQUENCIES = _ORDER[_SKIPPED : _SKIPPED + 8 * BYTES]


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
    grey, start, scale = _surroundings(photo, middle, step)
    linear = turn / size * step * scale[:, None]
    origin = (middle - start + 0.5) * scale - 0.5 - linear @ np.full(2, (_PATCH - 1) / 2)
    return np.asarray(cv2.GaussianBlur(_warped(grey, linear, origin, _PATCH), (0, 0), _SMOOTH), np.uint8)


def is_blank(patch: Pixels) -> bool:
    """Whether a patch shows nothing by which it could be found again."""
    return float(patch.std()) < _BLANK


def picture_hash(patch: Pixels) -> bytes:
    """The hash of a picture: 32 bytes.

    Args:
        patch: see `picture_patch`.
    """
    return _hashed(_cut(patch, (0.0, 0.0), 1.0, 0.0)).tobytes()


def picture_views(patch: Pixels) -> NDArray[np.uint8]:
    """The hash of a picture and of slightly other cuts of it, to look for earlier copies of it.

    Args:
        patch: see `picture_patch`.

    Returns:
        ``(45, 32)`` uint8; the first row is `picture_hash`.
    """
    cuts = product(_TURNS, _SCALES, _SHIFTS)
    return np.stack([_hashed(_cut(patch, shift, scale, turn)) for turn, scale, shift in cuts])


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
    photo: Photo, middle: NDArray[np.float64], step: float
) -> tuple[Pixels, NDArray[np.int_], NDArray[np.float64]]:
    """The part of a photo around a face, in grey and shrunk without aliasing.

    Returns:
        The part; where it starts in the photo, x and y; its pixels for one of the photo, across and down.
    """
    half = step * _PATCH * 0.75  # enough for any turn
    size = np.array([photo.width, photo.height])
    start = np.clip(np.floor(middle - half).astype(int), 0, size - 1)
    end = np.clip(np.ceil(middle + half).astype(int), start + 1, size)
    part = photo.pixels[start[1] : end[1], start[0] : end[0]]
    if step >= 2 * _LEAST_STEP and (end - start).min() > 1:
        end = start + (end - start) // 2 * 2
        part = part[: end[1] - start[1], : end[0] - start[0]]
        half_size = ((end - start) // 2).tolist()
        part = np.asarray(cv2.resize(part, half_size, interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    shrunk = np.maximum(1, np.round((end - start) * min(1.0, 1.0 / step))).astype(int)
    if step > 1.0:
        grey = cv2.resize(grey, shrunk.tolist(), interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8), start, shrunk / (end - start)


def _cut(patch: Pixels, shift: tuple[float, float], scale: float, turn: float) -> NDArray[np.float32]:
    """The inner part of a patch, moved a little: float32 ``(32, 32)``."""
    angle = np.deg2rad(turn)
    linear = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear *= _PATCH * _INNER * scale / _SIDE
    middle = (_PATCH - 1) / 2 + np.array(shift) * _PATCH
    origin = middle - linear @ np.full(2, (_SIDE - 1) / 2)
    return _warped(patch, linear, origin, _SIDE).astype(np.float32)


def _warped(
    grey: Pixels, linear: NDArray[np.float64], origin: NDArray[np.float64], side: int
) -> NDArray[np.uint8]:
    """A square of a picture; beyond its edge the edge goes on."""
    matrix = np.hstack([linear, origin[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(grey, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(square, np.uint8)


def _hashed(square: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.packbits(cv2.dct(square).ravel()[_FREQUENCIES] > 0)
