"""What a detector is measured by: faces found, false faces, noise of the landmarks, matches and time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.apparatus.face_folder import LabelledPhoto, central_face
from benchmarks.trials.disturbances import SMALL
from benchmarks.trials.faceless import pasted
from face_detection.image_embedding import Engine
from face_detection.mtcnn.geometry import overlaps
from face_detection.photo import decode
from face_detection.values import Face, Photo
from face_matching.evaluation.bootstrap import Estimate, estimates
from face_matching.evaluation.error_rates import equal_error, pair_scores, tar_at_far
from face_matching.evaluation.proportions import wilson
from face_matching.weighted_scores import Floats

FOUND = 0.3
"""Intersection over union from which a detection is the face."""

ROUNDS = 5
FAR = 1e-3
SEED = 20261129


class Finder(Protocol):
    """Detects faces."""

    @property
    def name(self) -> str:
        """The name of the detector."""

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """The faces, largest first."""


@dataclass(frozen=True, eq=False)
class PortraitPhoto:
    """A photo with its subject's face."""

    identity: str
    photo: Photo
    face: Face


def portraits(photos: Sequence[LabelledPhoto], finder: Finder) -> list[PortraitPhoto]:
    """The photos in which the finder finds the subject's face."""
    found = []
    for labelled in photos:
        photo = decode(labelled.path.read_bytes())
        face = central_face(photo, finder.detect(photo))
        if face is not None:
            found.append(PortraitPhoto(labelled.identity, photo, face))
    return found


def selfies(people: Sequence[PortraitPhoto], share: float) -> list[PortraitPhoto]:
    """Photos as large as a phone's, with faces of one size.

    Args:
        people: portraits.
        share: see ``faceless.pasted``.
    """
    rng = np.random.default_rng(SEED)
    return [PortraitPhoto(each.identity, *pasted(each.photo, each.face, share, rng)) for each in people]


def found_share(finder: Finder, photos: Sequence[PortraitPhoto]) -> Estimate:
    """In how many photos the face is found."""
    hits = [subject(finder, each.photo, each.face) is not None for each in photos]
    return wilson(sum(hits), len(photos))


def false_shares(finder: Finder, photos: Sequence[Photo], confidences: Sequence[float]) -> list[Estimate]:
    """In how many photos without a face one is found, with at least each confidence."""
    best = [max((face.confidence for face in finder.detect(photo)), default=-1.0) for photo in photos]
    return [wilson(sum(each >= least for each in best), len(photos)) for least in confidences]


@dataclass(frozen=True, eq=False)
class Noise:
    """How much small changes of a photo move a face.

    Attributes:
        landmarks: root mean square distance of the landmarks from their mean, relative to the distance of the
            eyes.
        embedding: mean of 1 - cosine similarity to the embedding of the unchanged photo.
        lost: share of the changed photos in which the face is not found.
    """

    landmarks: Estimate
    embedding: Estimate
    lost: float


def subject(finder: Finder, photo: Photo, expected: Face) -> Face | None:
    """The face found where it is expected, or None."""
    faces = finder.detect(photo)
    if not faces:
        return None
    shared = overlaps(np.stack([face.box for face in faces]), expected.box[np.newaxis])[:, 0]
    return faces[int(shared.argmax())] if shared.max() >= FOUND else None


def changed(people: Sequence[PortraitPhoto]) -> list[tuple[Face, list[Photo]]]:
    """The face of each portrait, and the photo with each of the small changes."""
    rng = np.random.default_rng(SEED)
    return [(each.face, [change.of(each.photo, rng) for change in SMALL]) for each in people]


def noise_of(finder: Finder, engine: Engine, people: Sequence[tuple[Face, Sequence[Photo]]]) -> Noise:
    """Measure the noise on the photos of ``changed``, with intervals over people."""
    points, distances, lost = [], [], 0
    for expected, photos in people:
        seen, rows = [], []
        for change, photo in zip(SMALL, photos, strict=True):
            face = subject(finder, photo, expected)
            if face is None:
                lost += 1
                continue
            seen.append(change.back(face.landmarks))
            rows.append(engine.embed(photo, [face])[0])
        if len(seen) > 1:
            points.append(spread_of(np.stack(seen)))
            distances.append(float(np.mean([1 - rows[0] @ row for row in rows[1:]])))
    values = np.array([points, distances])
    landmarks, embedding = estimates(lambda counts: values @ counts / counts.sum(), len(points))
    return Noise(landmarks, embedding, lost / (len(people) * len(SMALL)))


def spread_of(landmarks: NDArray[np.floating]) -> float:
    """Root mean square distance of landmarks from their mean, relative to the distance of the eyes.

    Args:
        landmarks: ``(K, 5, 2)`` of one face in K photos, in pixels of the same photo.
    """
    middle = landmarks.mean(axis=0)
    eyes = float(np.linalg.norm(middle[1] - middle[0]))
    return float(np.sqrt(((landmarks - middle) ** 2).sum(axis=2).mean())) / eyes


@dataclass(frozen=True, eq=False)
class Matching:
    """One photo against one.

    Attributes:
        eer: equal error rate, with an interval over people.
        tar: TAR at FAR 1e-3.
        missed: share of photos without the subject's face.
    """

    eer: Estimate
    tar: Estimate
    missed: float


def matching_of(finder: Finder, engine: Engine, photos: Sequence[PortraitPhoto], draws: int) -> Matching:
    """Compare the photos in which the finder finds a face.

    Args:
        finder: the detector.
        engine: computes the embeddings.
        photos: portraits, several of each person.
        draws: samples of the bootstrap.
    """
    names, rows = [], []
    for each in photos:
        face = subject(finder, each.photo, each.face)
        if face is not None:
            names.append(each.identity)
            rows.append(engine.embed(each.photo, [face])[0])
    pairs = pair_scores(np.stack(rows), names)

    def rates(counts: Floats) -> NDArray[np.float64]:
        drawn = pairs.reweighted(counts)
        error = equal_error(drawn.genuine, drawn.impostor)
        return np.array([error.rate, tar_at_far(drawn.genuine, drawn.impostor, FAR)])

    eer, tar = estimates(rates, pairs.people, draws)
    return Matching(eer, tar, 1 - len(rows) / len(photos))


def processor_times(finders: Sequence[Finder], photos: Sequence[Photo]) -> list[float]:
    """Processor time of each detector for the photos, in milliseconds a photo.

    The detectors take turns, and the least of some rounds counts, which other load hardly changes.
    """
    times = np.full((ROUNDS, len(finders)), np.inf)
    for row in range(-1, ROUNDS):
        for column, finder in enumerate(finders):
            begin = time.process_time()
            for photo in photos:
                finder.detect(photo)
            if row >= 0:  # the first round only warms up
                times[row, column] = time.process_time() - begin
    return [float(each) * 1000 / len(photos) for each in times.min(axis=0)]
