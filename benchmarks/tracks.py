"""Compare recognition by a single observation of a face with several observations of a track.

    python -m benchmarks.tracks FOLDER [FOLDER ...] [--engine facenet] [--photos 3]

Each photo becomes eight observations as from a camera in a classroom: 45 to 100 px, slightly rotated, noisy,
blurred, compressed, with slightly inaccurate landmarks. They are compared with the photos themselves.
"Strangers" is the false match rate relative to that of a single observation at the same threshold; TAR is the
true match rate.

Then classes of 60 are drawn, each student enrolled with all photos except the last, and
``face_matching.track_evidence`` identifies the observations of everybody's last photo one by one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.apparatus.face_folder import LabelledPhoto, central_face, labelled_photos
from benchmarks.apparatus.recognition import engine_option, pipeline_for, plain_errors
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.values import Face, Photo
from face_matching.decision import DecisionPolicy, Doubtful, Match
from face_matching.evaluation.bootstrap import SEED
from face_matching.evaluation.error_rates import numbered
from face_matching.gallery import Gallery
from face_matching.probe_fusion import Observation, fused_probe
from face_matching.thresholds import policy_for
from face_matching.track_evidence import TrackEvidence

OBSERVATIONS = 8
DECIDED_AT = (3, 5, 8)
CLASS, DRAWS = 60, 20
STEP = 0.6  # seconds between observations, long enough for each to be due
RATES = (1e-3, 1.7e-4)
"""The FMR of 10 and of 60 students at an FPIR of 1 %."""

WIDTH = 110

Scores = NDArray[np.float32]


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


class TrackOutcome(StrEnum):
    """The final decision about a person."""

    RIGHT = "marked"
    WRONG = "marked as somebody else"
    HELD = "in review"
    UNKNOWN = "unknown"


STUDENT, STRANGER = "student", "stranger"


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@engine_option
@click.option("--photos", default=3, show_default=True, type=click.IntRange(min=2), help="Photos per person.")
def main(folders: tuple[Path, ...], engines: tuple[str, ...], photos: int) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    table = Table(
        "engine", "method", title="Observations of one track", caption=f"{os.cpu_count()} cores, mtcnn"
    )
    decided = Table("engine", "who", title=f"Classes of {CLASS}, {DRAWS} of them, in %")
    for outcome in TrackOutcome:
        decided.add_column(outcome.value, justify="right")
    for rate in RATES:
        table.add_column(f"strangers, FMR {rate:g}", justify="right")
        table.add_column("TAR %", justify="right")
    with plain_errors():
        chosen = _some_of_each(labelled_photos(folders), photos)
        for engine in engines:
            pipeline = pipeline_for(engine, "mtcnn")
            tracks = _tracks(chosen, pipeline, console)
            policy = policy_for(pipeline.engine_name, "mtcnn")
            for way, cells in rates(tracks, [policy.search.at(rate) for rate in RATES]).items():
                table.add_row(pipeline.engine_name, way, *(f"{value:.2f}" for value in cells))
            for who, shares in outcomes(tracks, policy).items():
                cells = [shares[outcome] * 100 for outcome in TrackOutcome]
                decided.add_row(pipeline.engine_name, who, *(f"{c:.2f}" for c in cells))
    console.print(table)
    console.print(decided)


def outcomes(tracks: Tracks, policy: DecisionPolicy) -> dict[str, dict[TrackOutcome, float]]:
    """The fraction of each outcome for students and for strangers."""
    rng = np.random.default_rng(SEED)
    last = [
        int(np.flatnonzero(tracks.identities == person)[-1]) for person in range(len(set(tracks.identities)))
    ]
    counts = {who: dict.fromkeys(TrackOutcome, 0) for who in (STUDENT, STRANGER)}
    for _ in range(DRAWS):
        enrolled = set(rng.permutation(len(last))[:CLASS].tolist())
        rows = [
            row
            for row, person in enumerate(tracks.identities)
            if int(person) in enrolled and row != last[int(person)]
        ]
        names = [str(tracks.identities[row]) for row in rows]
        gallery = Gallery.build(policy.engine, names, tracks.photos[rows])
        for person, row in enumerate(last):
            who = STUDENT if person in enrolled else STRANGER
            counts[who][_outcome(tracks.observations[row], gallery, policy, str(person))] += 1
    return {
        who: {outcome: count / max(1, sum(own.values())) for outcome, count in own.items()}
        for who, own in counts.items()
    }


def _outcome(
    observations: NDArray[np.float32], gallery: Gallery, policy: DecisionPolicy, name: str
) -> TrackOutcome:
    """The final decision about one track."""
    evidence = TrackEvidence(gallery, policy)
    for number, embedding in enumerate(observations):
        evidence.add(1, embedding, quality=0.5, at=number * STEP)
        evidence.decide([1])
    decision = evidence.decision(1)
    if isinstance(decision, Match):
        return TrackOutcome.RIGHT if decision.student_id == name else TrackOutcome.WRONG
    return TrackOutcome.HELD if isinstance(decision, Doubtful) else TrackOutcome.UNKNOWN


def rates(tracks: Tracks, thresholds: Sequence[float]) -> dict[str, list[float]]:
    """For each method and threshold: FMR relative to that of one observation, and TAR in percent."""
    same = tracks.identities[:, np.newaxis] == tracks.identities
    others = ~np.eye(len(same), dtype=bool)
    found: dict[str, list[float]] = {}
    ways = ways_of(tracks)
    for way, scores in ways.items():
        cells: list[float] = []
        for threshold in thresholds:
            by_one = float((ways["one observation"][~same] >= threshold).mean())
            strangers = float((scores[~same] >= threshold).mean())
            cells += [
                strangers / by_one if by_one else float("nan"),
                float((scores[same & others] >= threshold).mean()) * 100,
            ]
        found[way] = cells
    return found


def ways_of(tracks: Tracks) -> dict[str, Scores]:
    """Scores ``(N, N)`` float32 of each photo's observations with all photos, for each method."""
    photos = tracks.photos.T
    each = [tracks.observations[:, number] @ photos for number in range(OBSERVATIONS)]
    ours = {count: _fused(tracks.observations[:, :count]) @ photos for count in DECIDED_AT}
    unit_mean = tracks.observations[:, :3].mean(axis=1)
    unit_mean /= np.linalg.norm(unit_mean, axis=1, keepdims=True)
    return {
        "one observation": each[0],
        "any of 3": np.max(each[:3], axis=0),
        "any of 8": np.max(each, axis=0),
        "mean of 3, unit length": unit_mean @ photos,
        "3 fused": ours[3],
        "8 fused": ours[8],
        "fused, after 3, 5 or 8 (ours)": np.max(list(ours.values()), axis=0),
    }


def _fused(observations: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = []
    for own in observations:
        direction, factor = fused_probe([Observation(embedding, 1.0, 0.0) for embedding in own])
        rows.append(direction * np.float32(factor))
    return np.stack(rows)


def _some_of_each(photos: Sequence[LabelledPhoto], count: int) -> list[LabelledPhoto]:
    by_person: dict[str, list[LabelledPhoto]] = {}
    for photo in photos:
        by_person.setdefault(photo.identity, []).append(photo)
    return [photo for own in by_person.values() for photo in own[:count]]


def _tracks(photos: Sequence[LabelledPhoto], pipeline: FacePipeline, console: Console) -> Tracks:
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


if __name__ == "__main__":
    main()
