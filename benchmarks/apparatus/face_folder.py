"""Reads labelled photos, with a folder per person, and computes their embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from face_detection.errors import PhotoError
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.values import Face, Photo
from face_matching.evaluation.calibration import half_of

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic"})


class BenchmarkError(Exception):
    """The measurement is impossible with the given data."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A photo with the person it shows (the name of its folder)."""

    identity: str
    path: Path


@dataclass(frozen=True, eq=False)
class Embedded:
    """The embeddings of photos by one engine.

    Attributes:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person of each row.
        missed: photos without a detected face, or unreadable.
    """

    embeddings: NDArray[np.float32]
    identities: tuple[str, ...]
    missed: tuple[LabelledPhoto, ...]


def labelled_photos(folders: Sequence[Path], half: int | None = None) -> tuple[LabelledPhoto, ...]:
    """The photos of all people in the folders, in the order of their paths.

    Args:
        folders: each contains a folder per person; a person may be in several.
        half: use only the people of this half (see ``half_of``); None means all.

    Raises:
        BenchmarkError: a folder is missing or contains no photos, or too few people are left.
    """
    found: list[LabelledPhoto] = []
    for folder in folders:
        if not folder.is_dir():
            raise BenchmarkError(f"{folder} is not a folder")
        paths = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in SUFFIXES)
        if not paths:
            raise BenchmarkError(
                f"{folder} contains no photos: it needs a folder of photos for each person "
                f"({', '.join(sorted(SUFFIXES))})"
            )
        found += [LabelledPhoto(path.parent.name, path) for path in paths]
    chosen = tuple(photo for photo in found if half is None or half_of(photo.identity) == half)
    people = len({photo.identity for photo in chosen})
    if people < 2:
        raise BenchmarkError(
            f"photos of {people} people in {', '.join(map(str, folders))}; at least two are needed"
        )
    return chosen


def central_face(photo: Photo, faces: Sequence[Face]) -> Face | None:
    """The face nearest to the centre of the photo, which is the subject's."""
    if not faces:
        return None
    middle = np.array([photo.width, photo.height]) / 2
    return min(faces, key=lambda face: float(np.linalg.norm((face.box[:2] + face.box[2:]) / 2 - middle)))


def embed_photos(
    photos: Sequence[LabelledPhoto],
    pipelines: Sequence[FacePipeline],
    done: Callable[[int], None],
    *,
    grey: bool = False,
) -> tuple[Embedded, ...]:
    """Embed the subject of each photo, regardless of quality.

    Args:
        photos: the photos.
        pipelines: pipelines that share a detector; each face is detected once.
        done: called with the number of processed photos after each photo.
        grey: convert the photos to greyscale first.

    Returns:
        One result per pipeline, all of the same photos.

    Raises:
        BenchmarkError: no face was detected in any photo.
    """
    rows: list[list[NDArray[np.float32]]] = [[] for _ in pipelines]
    kept: list[LabelledPhoto] = []
    missed: list[LabelledPhoto] = []
    for count, labelled in enumerate(photos, start=1):
        seen = subject_of(labelled.path, pipelines[0], grey=grey)
        if seen is None:
            missed.append(labelled)
        else:
            kept.append(labelled)
            for own, pipeline in zip(rows, pipelines, strict=True):
                own.append(pipeline.engine.embed(seen[0], [seen[1]])[0])
        done(count)
    if not kept:
        raise BenchmarkError(f"{pipelines[0].detector_name} found no face in any of {len(photos)} photos")
    identities = tuple(labelled.identity for labelled in kept)
    return tuple(Embedded(np.stack(own), identities, tuple(missed)) for own in rows)


def subject_of(path: Path, pipeline: FacePipeline, *, grey: bool = False) -> tuple[Photo, Face] | None:
    """The photo with its subject's face, or None if there is none."""
    try:
        photo = decode(path.read_bytes(), longest_side=QUICK_SIDE)
    except PhotoError:
        return None
    photo = without_colour(photo) if grey else photo
    face = central_face(photo, pipeline.detector.detect(photo))
    return None if face is None else (photo, face)


def without_colour(photo: Photo) -> Photo:
    """The photo in greyscale, with three equal channels."""
    grey = np.asarray(Image.fromarray(photo.pixels).convert("L"))
    return Photo(np.repeat(grey[:, :, np.newaxis], 3, axis=2), photo.original_size)
