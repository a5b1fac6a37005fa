"""Reads the stills of a folder: one upright portrait in millimetres for each person.

The eyes are found by OpenCV's cascades, which take no part in a check-in with the detector MTCNN. They place
the portrait within a thirtieth of the eyes' distance on average (182 stills of lfwhalf against MTCNN,
2026-11-29).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.errors import PhotoError
from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.scenes.camera import Image
from face_detection.pad_kit.scenes.head_relief import PUPILS
from face_detection.photo import decode
from face_detection.values import Pixels

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".pgm"})

PER_MM = 1.8
"""Pixels of a portrait for a millimetre: a bit more than in the photo of a check-in."""

HALF = 190.0
"""Millimetres from between the eyes to each edge of a portrait."""

LEAST_SYMMETRY = 0.65
"""Least likeness of a face to its own mirror image. Below it, the still may look aside: it is no stand-in for
somebody who begins by looking at the camera. Of 112 stills of lfwhalf a third lie above; half of those are
turned by less than 6 degrees and a tenth by more than 12, by MTCNN's points (2026-11-29)."""

STILL_SIDE = 1280
"""Longer side in pixels to which stills are decoded."""

_CASCADES = cv2.data.haarcascades  # type: ignore[attr-defined]  # the package's types leave it out
_APART = (0.35, 0.53)
"""Distance of the eyes relative to the cascade's square; outside, one of them is a brow or a mouth."""

_STEEPEST = 0.27  # slope of the line through the eyes: 15 degrees
_BLACK = 5  # brightest value of what was never a part of a picture
_MOST_TRIMMED = 0.12  # of the shorter side


@dataclass(frozen=True, eq=False)
class FacePortrait:
    """A person's still, upright and in millimetres.

    Attributes:
        person: whose it is.
        pixels: RGB uint8 ``(n, n, 3)``, ``PER_MM`` pixels for a millimetre of the face; the middle is between
            the eyes.
        symmetry: the face's likeness to its own mirror image, up to 1.
    """

    person: str
    pixels: Pixels
    symmetry: float


def stills_of(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The stills of each person, in the order of the names.

    Args:
        folder: has a folder of photos for each person, photos of one person each, or both.

    Raises:
        PadMaterialError: it is no folder, or has no photos.
    """
    if not folder.is_dir():
        raise PadMaterialError(
            f"{folder} is not a folder. Name one that has a photo, or a folder of photos, of each person."
        )
    found: dict[str, tuple[Path, ...]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            photos = tuple(each for each in sorted(path.iterdir()) if each.suffix.lower() in SUFFIXES)
            if photos:
                found[path.name] = photos
        elif path.suffix.lower() in SUFFIXES:
            found.setdefault(path.stem, (path,))
    if not found:
        raise PadMaterialError(
            f"{folder} has no photos ({', '.join(sorted(SUFFIXES))}). Put a photo of each person there, or a "
            "folder of photos for each person."
        )
    return found


def portrait_of(person: str, path: Path) -> FacePortrait | None:
    """The portrait of one still, or None if it can't be read or shows no pair of eyes."""
    try:
        pixels = np.ascontiguousarray(_without_bars(_read(path)))
    except (OSError, PhotoError):
        return None
    eyes = eyes_of(pixels)
    return None if eyes is None else _upright(person, pixels, eyes)


def _read(path: Path) -> Pixels:
    data = path.read_bytes()
    if path.suffix.lower() != ".pgm":
        return decode(data, longest_side=STILL_SIDE).pixels
    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise OSError(f"{path} is no picture")
    return np.asarray(np.repeat(grey[:, :, np.newaxis], 3, axis=2), np.uint8)


def eyes_of(pixels: Pixels) -> NDArray[np.float64] | None:
    """The eyes of the largest face.

    Args:
        pixels: RGB uint8 ``(H, W, 3)``.

    Returns:
        ``(2, 2)`` float64 ``x, y``, left and right in the picture; None if they aren't both found.
    """
    grey = cv2.equalizeHist(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    least = min(grey.shape) // 6
    faces = _cascade("haarcascade_frontalface_alt2.xml").detectMultiScale(
        grey, 1.1, 4, minSize=(least, least)
    )
    if not len(faces):
        return None
    x, y, side, _ = (int(number) for number in max(faces, key=lambda face: int(face[2])))
    top = y + side // 5
    found = _eyes_in(grey[top : y + side * 55 // 100, x : x + side])
    if found is None:
        return None
    eyes = found * side
    apart, slope = eyes[1] - eyes[0]
    if not _APART[0] <= apart / side <= _APART[1] or abs(slope) > _STEEPEST * apart:
        return None
    return np.asarray(eyes + np.array([x, top]))


def _eyes_in(face: Image) -> NDArray[np.float64] | None:
    """The eyes in the part of a face between forehead and nose, in its widths; None if one is missing."""
    wide, high = 300, 105
    band = cv2.resize(face, (wide, high), interpolation=cv2.INTER_AREA)
    left: list[NDArray[np.float64]] = []
    right: list[NDArray[np.float64]] = []
    for name in ("haarcascade_eye_tree_eyeglasses.xml", "haarcascade_eye.xml"):
        found = _cascade(name).detectMultiScale(band, 1.05, 3, minSize=(45, 45), maxSize=(high, high))
        middles = [np.array([x + width / 2, y + height / 2]) for x, y, width, height in found]
        left = left or [middle for middle in middles if middle[0] < wide / 2]
        right = right or [middle for middle in middles if middle[0] >= wide / 2]
        if left and right:
            return np.array([np.mean(left, axis=0), np.mean(right, axis=0)]) / wide
    return None


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(_CASCADES) / name))


def _upright(person: str, pixels: Pixels, eyes: NDArray[np.float64]) -> FacePortrait:
    across = eyes[1] - eyes[0]
    factor = PUPILS * PER_MM / float(np.hypot(*across))
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    middle = eyes.mean(axis=0)
    turn = np.asarray(cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, factor))
    side = round(2 * HALF * PER_MM)
    turn[:, 2] += side / 2 - middle
    if factor < 0.7:  # shrunk first, or the warp would skip pixels
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 / factor), np.uint8)
    size = (side, side)
    upright = np.asarray(
        cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    inside = np.asarray(cv2.warpAffine(np.full(pixels.shape[:2], 255, np.uint8), turn, size), np.uint8)
    return FacePortrait(person, _without_streaks(upright, inside), _symmetry(upright))


def _without_streaks(upright: Pixels, inside: NDArray[np.uint8]) -> Pixels:
    """The portrait, with the drawn-out edges of the still blurred."""
    still = cv2.erode(inside, np.ones((9, 9), np.uint8))
    share = cv2.GaussianBlur(still, (0, 0), 4)[:, :, np.newaxis] / 255.0
    blurred = cv2.GaussianBlur(upright, (0, 0), 14)
    return np.asarray(np.clip(upright * share + blurred * (1 - share), 0, 255), np.uint8)


def _without_bars(pixels: Pixels) -> Pixels:
    """The still without the black wedges that turning it has left at its edges."""
    height, width = pixels.shape[:2]
    black = pixels.max(axis=2) <= _BLACK
    most = round(_MOST_TRIMMED * min(height, width))
    for inset in range(most):
        box = slice(inset, height - inset), slice(inset, width - inset)
        ring = black[box]
        if np.mean(np.concatenate([ring[0], ring[-1], ring[:, 0], ring[:, -1]])) < 0.01:
            return pixels[box]
    return pixels[most : height - most, most : width - most]


def _symmetry(upright: Pixels) -> float:
    """The correlation of the face with its mirror image, each relative to the light around it."""
    middle, wide = round(HALF * PER_MM), round(48 * PER_MM)
    rows = slice(middle - round(25 * PER_MM), middle + round(85 * PER_MM))
    face = cv2.cvtColor(upright[rows, middle - wide : middle + wide], cv2.COLOR_RGB2GRAY).astype(np.float32)
    face = cv2.GaussianBlur(face, (0, 0), 3) - cv2.GaussianBlur(face, (0, 0), 30)
    mirrored = face[:, ::-1]
    return float((face * mirrored).sum() / max(float((face * face).sum()), 1e-6))
