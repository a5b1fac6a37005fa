"""The face crop of classic FaceNet tools: the box with a margin, resized to a square.

Source: ``align_dataset_mtcnn.py`` of D. Sandberg's FaceNet (MIT licence), whose rules these are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from face_detection.errors import PhotoError
from face_detection.face_detect import Detector, load_detector
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.face_search import FaceSearch
from face_detection.values import Face, Photo, Pixels

LONGEST_SIDE = 1280
"""Pixels to which larger photos are shrunk first, as for enrolment."""

LEAST_CONFIDENCE = CHECK_IN_LIMITS.confidence
"""Confidence from which a face counts, as at a check-in."""

OFF_CENTRE_WEIGHT = 2.0
"""What the squared distance from the centre weighs against the area of the box, in the classic rule."""

NO_FACE = "No face was found."


@dataclass(frozen=True)
class CropOptions:
    """How faces are cropped.

    Attributes:
        image_size: side of the result in pixels.
        margin: pixels added to width and height of the box, half on each side, in a photo of at most
            ``LONGEST_SIDE`` pixels.
        all_faces: crop every face instead of the main one.
    """

    image_size: int = 160
    margin: int = 32
    all_faces: bool = False


@dataclass(frozen=True, eq=False)
class AlignedFace:
    """One cropped face.

    Attributes:
        png: the crop.
        box: ``x1, y1, x2, y2`` that were cropped, margin included, in pixels of the upright, turned photo in
            its original size.
        quarters: quarter turns anticlockwise by which the photo was turned.
        confidence: the detector's, 0 to 1.
    """

    png: bytes
    box: tuple[int, int, int, int]
    quarters: int
    confidence: float


class Aligner:
    """Crops the faces of photos with one detector; thread-safe.

    Args:
        detector: detects upright faces.
    """

    def __init__(self, detector: Detector) -> None:
        self.detector_name = detector.name
        self._search = FaceSearch(detector)

    def align(self, data: bytes, options: CropOptions) -> tuple[AlignedFace, ...]:
        """Crop the main face of a photo, or all of its faces.

        Args:
            data: a JPEG, PNG, WebP or HEIC file.
            options: how.

        Returns:
            At least one face; all faces from left to right.

        Raises:
            PhotoError: the bytes are not a readable photo, or show no face.
            BusyError: no decoding slot became free in time.
        """
        look = self._search.find(decode(data, longest_side=LONGEST_SIDE), LEAST_CONFIDENCE)
        found = [face for face in look.faces if face.confidence >= LEAST_CONFIDENCE]
        if not found:
            raise PhotoError(PhotoProblem.NO_FACE, NO_FACE)
        if options.all_faces:
            chosen = sorted(found, key=lambda face: float(face.box[0]))
        else:
            chosen = [found[classic_choice(look.photo, found)]]
        return tuple(_cropped(look.photo, face, look.quarters, options) for face in chosen)


def load_aligner(detector: str, *, device: str = "CPU") -> Aligner:
    """Load a detector for aligning; needs no download.

    Args:
        detector: ``mtcnn`` or ``haar``.
        device: OpenVINO's name of the device.

    Raises:
        EngineError: there is no such detector or device.
        ModelFileError: its weights are missing or damaged.
    """
    return Aligner(load_detector(detector, Runtime(device, None, None)))


def classic_choice(photo: Photo, faces: Sequence[Face]) -> int:
    """The number of the face that is largest and most central.

    Args:
        photo: a photo of any size.
        faces: at least one of its faces.
    """
    middle = np.array([photo.width, photo.height]) / 2
    areas = np.array([face.width * face.height for face in faces])
    offsets = np.array([(face.box[:2] + face.box[2:]) / 2 - middle for face in faces])
    return int(np.argmax(areas - OFF_CENTRE_WEIGHT * np.square(offsets).sum(axis=1)))


def margin_box(photo: Photo, face: Face, margin: int) -> tuple[int, int, int, int]:
    """The box with its margin, within the photo: ``x1, y1, x2, y2``, at least one pixel wide and high."""
    x1, y1 = np.maximum(face.box[:2] - margin / 2, 0)
    x2, y2 = np.minimum(face.box[2:] + margin / 2, [photo.width, photo.height])
    left, top = min(int(x1), photo.width - 1), min(int(y1), photo.height - 1)
    return left, top, max(int(x2), left + 1), max(int(y2), top + 1)


def _cropped(photo: Photo, face: Face, quarters: int, options: CropOptions) -> AlignedFace:
    box = margin_box(photo, face, options.margin)
    left, top, right, bottom = box
    size = (options.image_size, options.image_size)
    crop = photo.pixels[top:bottom, left:right]
    shrinks = crop.shape[0] > options.image_size
    pixels = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    scale = max(photo.original_size) / max(photo.height, photo.width)
    original = tuple(round(side * scale) for side in box)
    return AlignedFace(
        _png(np.asarray(pixels, np.uint8)),
        (original[0], original[1], original[2], original[3]),
        quarters,
        float(face.confidence),
    )


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
