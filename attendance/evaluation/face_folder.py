"""Reads the faces of a folder that contains a folder of photos for each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attendance.errors import EvaluationDataError
from attendance.evaluation.labelled_faces import Acquisition, LabelledFaces
from attendance.files.photo_files import is_of_the_system, is_photo_file
from attendance.recognition.pipelines import Pipeline
from face_detection.errors import PhotoError
from face_detection.face_crop import cut_out
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS, ENROLMENT_LIMITS
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Embedding

STAGE = "Reading photos"
WORKERS = 3
MOST_PHOTOS = 10
"""Photos of a person, at most, the first by name: with more, people with many photos would decide."""


@dataclass(frozen=True)
class PersonPhoto:
    """A photo, and the name of the folder that it is in."""

    person: str
    path: Path


@dataclass(frozen=True, eq=False)
class _Read:
    """What a photo gave.

    Attributes:
        embedding: None where check-in would refuse it.
        problem: what check-in would refuse.
        picture: the face, as JPEG.
    """

    embedding: Embedding | None
    problem: PhotoProblem | None
    picture: bytes | None


def read_face_folder(
    folder: Path, pipeline: Pipeline, *, only: frozenset[str] | None = None, progress: Progress = silent
) -> LabelledFaces:
    """Read all photos as check-ins do, without storing anything.

    Args:
        folder: contains a folder for each person; photos in folders inside those are not read.
        pipeline: the engine and detector.
        only: the photos to read, as ``person/file`` without the ending; None: the first of each person.
        progress: called after each photo.

    Raises:
        EvaluationDataError: it is not a readable folder, or has no photo with a face.
    """
    photos, left_out = photos_in(folder, only)
    people = sorted({photo.person for photo in photos})
    read = list(_all_read([photo.path for photo in photos], pipeline, progress))
    kept = [number for number, one in enumerate(read) if one.embedding is not None]
    if not kept:
        raise EvaluationDataError(f"{pipeline.detector_name} found no usable face in {len(photos)} photos.")
    enrolled = _enrolled([photos[number] for number in kept], pipeline)
    refused = Counter(str(one.problem) for one in read if one.problem is not None)
    return LabelledFaces(
        engine=pipeline.engine_name,
        detector=pipeline.detector_name,
        embeddings=np.stack([np.asarray(read[number].embedding, np.float32) for number in kept]),
        people=tuple(photos[number].person for number in kept),
        photos=tuple(f"{photos[number].person}/{photos[number].path.name}" for number in kept),
        names={person: person.replace("_", " ") for person in people},
        acquisition=Acquisition(
            len(photos), dict(refused), len(people), tuple(p for p in people if p not in enrolled), left_out
        ),
        pictures={
            row: picture for row, number in enumerate(kept) if (picture := read[number].picture) is not None
        },
    )


def photos_in(folder: Path, only: frozenset[str] | None = None) -> tuple[list[PersonPhoto], int]:
    """The photos of a folder of people, and how many further ones are not used.

    Args:
        folder: contains a folder for each person.
        only: as for ``read_face_folder``.

    Raises:
        EvaluationDataError: it is not a readable folder, or has no photos of two people.
    """
    if not folder.is_dir():
        raise EvaluationDataError(f"{folder} is not a folder. Name the folder that contains one per person.")
    photos: list[PersonPhoto] = []
    left_out = 0
    try:
        inside = sorted(child for child in folder.iterdir() if child.is_dir())
        for child in inside:
            if is_of_the_system(child.name):
                continue
            own = sorted(path for path in child.iterdir() if path.is_file() and is_photo_file(path))
            used = own[:MOST_PHOTOS] if only is None else [p for p in own if f"{child.name}/{p.stem}" in only]
            photos += (PersonPhoto(child.name, path) for path in used)
            left_out += len(own) - len(used) if only is None else 0
    except OSError as error:
        raise EvaluationDataError(f"{error.filename} can't be read: {error.strerror}.") from error
    people = len({photo.person for photo in photos})
    if people < 2:
        raise EvaluationDataError(
            f"{folder} has photos of {people} people. It needs a folder of photos for "
            "each of two people or more."
        )
    return photos, left_out


def _all_read(paths: Sequence[Path], pipeline: Pipeline, progress: Progress) -> Iterator[_Read]:
    progress(STAGE, 0, len(paths))
    with ThreadPoolExecutor(WORKERS) as pool:
        for number, one in enumerate(pool.map(lambda path: _read(path, pipeline), paths), start=1):
            progress(STAGE, number, len(paths))
            yield one


def _read(path: Path, pipeline: Pipeline) -> _Read:
    try:
        probe = pipeline.read(path.read_bytes(), CHECK_IN_LIMITS)
    except PhotoError as error:
        return _Read(None, problem=error.problem, picture=None)
    if probe.embedding is None or probe.face is None:
        problem = probe.problems[0] if probe.problems else PhotoProblem.NO_FACE
        return _Read(None, problem=problem, picture=None)
    return _Read(probe.embedding, None, cut_out(probe.photo, probe.face).jpeg)


def _enrolled(photos: Sequence[PersonPhoto], pipeline: Pipeline) -> set[str]:
    """The people of whom at least one of these photos is fit for enrolment."""
    of_person: dict[str, list[Path]] = {}
    for photo in photos:
        of_person.setdefault(photo.person, []).append(photo.path)
    with ThreadPoolExecutor(WORKERS) as pool:
        fit = pool.map(lambda paths: any(_enrols(path, pipeline) for path in paths), of_person.values())
        return {person for person, enrols in zip(of_person, fit, strict=True) if enrols}


def _enrols(path: Path, pipeline: Pipeline) -> bool:
    try:
        return pipeline.read(path.read_bytes(), ENROLMENT_LIMITS).embedding is not None
    except PhotoError:
        return False
