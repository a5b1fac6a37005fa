"""Photos, and what a camera in a classroom would see of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks.apparatus.face_folder import LabelledPhoto, central_face
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.values import Face, Photo
from face_matching.evaluation.bootstrap import SEED
from face_matching.evaluation.error_rates import numbered

OBSERVATIONS = 8


@dataclass(frozen=True, eq=False)
class Tracks:
    """Photos of people, and observations of each.

    Attributes:
        identities: ``(N,)`` intp, the person on each photo.
        photos: ``(N, D)`` float32, embeddings of the photos.
        observations: ``(N, OBSERVATIONS, D)`` float32, embeddings of the observations.
    """

    identities: NDArray[np.intp]
    photos: NDArray[np.float32]
    observations: NDArray[np.float32]


def observed_photos(photos: Sequence[LabelledPhoto], pipeline: FacePipeline, console: Console) -> Tracks:
    """Observe the face of each photo, as a camera would, and embed all."""
    rng = np.random.default_rng(SEED)
    names, clean, observations = [], [], []
    for labelled in track(photos, pipeline.engine_name, console=console, transient=True):
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        face = central_face(photo, pipeline.detector.detect(photo))
        if face is None:
            continue
        names.append(labelled.identity)
        clean.append(pipeline.engine.embed(photo, [face])[0])
        side = rng.uniform(45, 100)
        seen = [as_seen_by_a_camera(photo, face, side, rng) for _ in range(OBSERVATIONS)]
        observations.append(np.stack([pipeline.engine.embed(shot, [one])[0] for shot, one in seen]))
    return Tracks(numbered(names), np.stack(clean), np.stack(observations))


def as_seen_by_a_camera(
    photo: Photo, face: Face, side: float, rng: np.random.Generator
) -> tuple[Photo, Face]:
    """Simulate one frame of a camera in a classroom.

    Args:
        photo: a good photo.
        face: the face in it.
        side: approximate side of the face in pixels.
        rng: source of the variation between frames.
    """
    scale = side * rng.uniform(0.85, 1.2) / max(face.width, face.height)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels = np.asarray(cv2.resize(photo.pixels, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    height, width = pixels.shape[:2]
    rotation = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), 1)
    noisy = cv2.warpAffine(pixels, rotation, (width, height)) * rng.uniform(0.85, 1.15)
    pixels = np.clip(noisy + rng.normal(0, 5, noisy.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        pixels = np.asarray(cv2.blur(pixels, (int(rng.integers(1, 4)), 1)), np.uint8)
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 85))])
    pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)

    def moved(points: NDArray[np.float32], jitter: float) -> NDArray[np.float32]:
        rotated = points * scale @ rotation[:, :2].T + rotation[:, 2]
        return np.asarray(rotated + rng.normal(0, jitter * side, points.shape), np.float32)

    middle = moved(face.box.reshape(2, 2).mean(axis=0, keepdims=True), 0.03)[0]
    half = np.array([face.width, face.height], np.float32) * np.float32(scale / 2 * rng.uniform(0.95, 1.05))
    seen = Face(np.concatenate([middle - half, middle + half]), face.confidence, moved(face.landmarks, 0.02))
    return Photo(pixels, (height, width)), seen
