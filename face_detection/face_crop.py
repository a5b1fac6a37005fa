"""Cuts out a face so that every engine can embed it later as it does from the photo."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from face_detection.photo import decode
from face_detection.values import Face, Photo

REACH = 1.6
"""Side of the square relative to the longer side of the face's box: it contains the crops of all engines, of
which FaceNet's is the largest (1.2), and both detectors find the face in it again."""

SIDE = 400
"""Longest side in pixels: 250 px of face, of which engines use at most 160."""

QUALITY = 95
"""Of the JPEG, with colour at full resolution. Embeddings from the crop and from the photo have these cosines
(lowest and mean of 52 faces of lfw10, nuaa/live and the public-domain portraits, 2026-11-29): retail 0.9987
and 0.9996, FaceNet 0.9998 and 0.9999, dlib 0.9999 and 1.0000; the file has 30 kB on average, 77 at most. At
quality 90 or as WebP retail's lowest are 0.9975 and 0.9931, with 256 px 0.9955."""


@dataclass(frozen=True, eq=False)
class CutFace:
    """A face that was cut out of its photo.

    Attributes:
        jpeg: the picture, clipped to the photo.
        box: ``(4,)`` float32 x1, y1, x2, y2 in its pixels; may extend beyond it.
        landmarks: ``(5, 2)`` float32 x, y in its pixels, as those of `Face`.
    """

    jpeg: bytes
    box: NDArray[np.float32]
    landmarks: NDArray[np.float32]


def cut_out(photo: Photo, face: Face) -> CutFace:
    """Cut out a face.

    Args:
        photo: the photo in which the face was detected.
        face: the face; its box may extend beyond the edge, but not lie outside.
    """
    start, end = _corners(photo, face)
    pixels = photo.pixels[start[1] : end[1], start[0] : end[0]]
    scale = np.ones(2)
    if max(end - start) > SIDE:
        shrunk = np.maximum(1, np.round((end - start) * SIDE / max(end - start))).astype(int)
        pixels = np.asarray(cv2.resize(pixels, shrunk.tolist(), interpolation=cv2.INTER_AREA), np.uint8)
        scale = shrunk / (end - start)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY, subsampling=0)
    box = (face.box.reshape(2, 2) - start) * scale
    # Landmarks are positions of pixels, whose centres have integer coordinates; a box has edges.
    landmarks = (face.landmarks - start + 0.5) * scale - 0.5
    return CutFace(out.getvalue(), box.reshape(4).astype(np.float32), landmarks.astype(np.float32))


def cropped(photo: Photo, face: Face) -> tuple[Photo, Face]:
    """The part of a photo around a face that every engine needs, at the same size, and the face in it.

    Args:
        photo: the photo in which the face was detected.
        face: the face; its box may extend beyond the edge, but not lie outside.
    """
    start, end = _corners(photo, face)
    pixels = np.ascontiguousarray(photo.pixels[start[1] : end[1], start[0] : end[0]])
    box = np.asarray(face.box - np.tile(start, 2), np.float32)
    moved = Face(box, face.confidence, np.asarray(face.landmarks - start, np.float32))
    return Photo(pixels, pixels.shape[:2]), moved


def _corners(photo: Photo, face: Face) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first and the last corner of the square around a face, clipped to the photo."""
    middle = (face.box[:2] + face.box[2:]) / 2
    reach = max(face.width, face.height) * REACH / 2
    size = np.array([photo.width, photo.height])
    start = np.clip(np.floor(middle - reach), 0, size - 1).astype(int)
    return start, np.clip(np.ceil(middle + reach), start + 1, size).astype(int)


def face_of(cut: CutFace) -> tuple[Photo, Face]:
    """The picture and the face in it, as a detector would find it.

    Raises:
        PhotoError: the picture is damaged.
        BusyError: no decoding slot became free in time.
    """
    return decode(cut.jpeg), Face(cut.box, 1.0, cut.landmarks)
