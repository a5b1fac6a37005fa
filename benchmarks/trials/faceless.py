"""Pictures without faces, in which everything that is found is false."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from benchmarks.apparatus.face_folder import BenchmarkError
from face_detection.photo import decode
from face_detection.values import Face, Photo, Pixels

PICTURES = (
    "brick.png",
    "cell.png",
    "chelsea.png",
    "clock_motion.png",
    "coffee.png",
    "color.png",
    "grass.png",
    "gravel.png",
    "horse.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "moon.png",
    "motorcycle_left.png",
    "page.png",
    "retina.jpg",
    "rocket.jpg",
    "text.png",
)
"""Pictures that come with scikit-image, of no person, coin or statue."""

LEAST_CROP = 0.4
"""Smallest side of a crop relative to its picture."""

COVER = 1.6
"""Side of what is painted over relative to the face's box: with hair, ears and chin."""

SURROUNDINGS = 6
"""Pixels of a portrait's blurred copy: too few for a face."""

SIZE = (640, 480)
"""Width and height of what the detectors get."""


def crops_without_faces(count: int, rng: np.random.Generator) -> Iterator[Photo]:
    """Parts of pictures without people, as large as a phone's photo.

    Args:
        count: how many.
        rng: chooses them.

    Raises:
        BenchmarkError: scikit-image has no such picture.
    """
    folder = Path(skimage.data.__file__).parent
    missing = [name for name in PICTURES if not (folder / name).is_file()]
    if missing:
        raise BenchmarkError(f"scikit-image in {folder} has no {', '.join(missing)}")
    whole = [decode((folder / name).read_bytes()).pixels for name in PICTURES]
    for number in range(count):
        yield _sized(_crop(whole[number % len(whole)], rng))


def without_faces(photo: Photo, faces: tuple[Face, ...]) -> Photo:
    """The photo with its faces painted over from their surroundings, as large as a phone's.

    Args:
        photo: the photo.
        faces: all that some detector finds with low thresholds.
    """
    mask = np.zeros(photo.pixels.shape[:2], np.uint8)
    for face in faces:
        centre = (face.box[:2] + face.box[2:]) / 2
        axes = np.array([face.width, face.height]) * (COVER / 2)
        cv2.ellipse(mask, (tuple(map(float, centre)), tuple(map(float, 2 * axes)), 0.0), 255, -1)
    return _sized(np.asarray(cv2.inpaint(photo.pixels, mask, 3, cv2.INPAINT_TELEA), np.uint8))


def _crop(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    part = rng.uniform(LEAST_CROP, 1)
    rows, columns = max(32, round(height * part)), max(32, round(width * part))
    top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
    return pixels[top : top + rows, left : left + columns]


def _sized(pixels: Pixels) -> Photo:
    """Fitted to ``SIZE`` without changing its proportions; the rest is grey."""
    scale = min(SIZE[0] / pixels.shape[1], SIZE[1] / pixels.shape[0])
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    canvas = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Photo(canvas, (SIZE[1], SIZE[0]))


def pasted(photo: Photo, face: Face, share: float, rng: np.random.Generator) -> tuple[Photo, Face]:
    """A phone's photo in which the face has a given size, on a blurred copy of its own surroundings.

    Args:
        photo: a portrait.
        face: its face.
        share: longer edge of the face's box relative to the shorter side of the result.
        rng: chooses the place.

    Returns:
        A photo of ``SIZE``, and the face in it.
    """
    scale = share * min(SIZE) / max(face.width, face.height)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    portrait = cv2.resize(photo.pixels, size, interpolation=method)
    centre = (face.box[:2] + face.box[2:]) / 2 * scale
    half = share * min(SIZE) / 2
    low, high = np.full(2, half), np.array(SIZE) - half
    place = rng.uniform(np.minimum(low, high), np.maximum(low, high))
    blurred = cv2.resize(photo.pixels, (SURROUNDINGS, SURROUNDINGS), interpolation=cv2.INTER_AREA)
    canvas = cv2.resize(blurred, SIZE, interpolation=cv2.INTER_CUBIC)
    left, top = (int(value) for value in (place - centre).round())
    x1, y1 = max(0, left), max(0, top)
    x2, y2 = min(SIZE[0], left + size[0]), min(SIZE[1], top + size[1])
    canvas[y1:y2, x1:x2] = portrait[y1 - top : y2 - top, x1 - left : x2 - left]
    moved = np.array([left, top], np.float32)
    found = Face(
        np.asarray(face.box * scale + np.tile(moved, 2), np.float32),
        face.confidence,
        np.asarray(face.landmarks * scale + moved, np.float32),
    )
    return Photo(np.ascontiguousarray(canvas), (SIZE[1], SIZE[0])), found
