"""How often strangers pass, and students are recognised, by one look at a face or by several of one track.

    python -m benchmarks.tracks FOLDER [FOLDER ...] [--engine facenet] [--photos 3]

Each photo becomes eight looks as a camera of a room would give them: 45 to 100 px, a little turned, grainy,
blurred, compressed, with landmarks a little off. They search the photos themselves. "Strangers" is how many
times as often as by one look they reach the threshold for a false match rate; TAR counts the true ones.

Then classes of 60 are drawn, each student enrolled with all photos but the last, and the looks at everybody's
last photo pass by one after the other, as ``face_matching.track_evidence`` decides about them.
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

LOOKS = 8
DECIDED_AT = (3, 5, 8)
CLASS, DRAWS = 60, 20
STEP = 0.6  # seconds from one look to the next: whatever is due is looked at
RATES = (1e-3, 1.7e-4)
"""What 10 students need at an FPIR of 1 %, and 60."""

WIDTH = 110

Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Tracks:
    """Photos of people, and looks at each.

    Attributes:
        identities: ``(N,)`` who is on each photo.
        photos: ``(N, D)`` embeddings of the photos.
        looks: ``(N, LOOKS, D)`` embeddings of the looks.
    """

    identities: NDArray[np.intp]
    photos: NDArray[np.float32]
    looks: NDArray[np.float32]


class TrackOutcome(StrEnum):
    """What becomes of somebody who passes."""

    RIGHT = "marked"
    WRONG = "marked as somebody else"
    HELD = "held"
    UNKNOWN = "unknown"


STUDENT, STRANGER = "student", "stranger"


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@engine_option
@click.option("--photos", default=3, show_default=True, type=click.IntRange(min=2), help="Of each person.")
def main(folders: tuple[Path, ...], engines: tuple[str, ...], photos: int) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    table = Table("engine", "looks", title="Looks at one track", caption=f"{os.cpu_count()} cores, mtcnn")
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
    """What becomes of students and of strangers who pass: the share of each outcome."""
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
            counts[who][_outcome(tracks.looks[row], gallery, policy, str(person))] += 1
    return {
        who: {outcome: count / max(1, sum(own.values())) for outcome, count in own.items()}
        for who, own in counts.items()
    }


def _outcome(looks: NDArray[np.float32], gallery: Gallery, policy: DecisionPolicy, name: str) -> TrackOutcome:
    """What is decided about one track in the end."""
    evidence = TrackEvidence(gallery, policy)
    for number, embedding in enumerate(looks):
        evidence.add(1, embedding, quality=0.5, at=number * STEP)
        evidence.decide([1])
    standing = evidence.decision(1)
    if isinstance(standing, Match):
        return TrackOutcome.RIGHT if standing.student_id == name else TrackOutcome.WRONG
    return TrackOutcome.HELD if isinstance(standing, Doubtful) else TrackOutcome.UNKNOWN


def rates(tracks: Tracks, thresholds: Sequence[float]) -> dict[str, list[float]]:
    """For each way, at each threshold: strangers as multiples of those by one look, and TAR in percent."""
    same = tracks.identities[:, np.newaxis] == tracks.identities
    others = ~np.eye(len(same), dtype=bool)
    found: dict[str, list[float]] = {}
    ways = ways_of(tracks)
    for way, scores in ways.items():
        cells: list[float] = []
        for threshold in thresholds:
            by_one = float((ways["one look"][~same] >= threshold).mean())
            strangers = float((scores[~same] >= threshold).mean())
            cells += [
                strangers / by_one if by_one else float("nan"),
                float((scores[same & others] >= threshold).mean()) * 100,
            ]
        found[way] = cells
    return found


def ways_of(tracks: Tracks) -> dict[str, Scores]:
    """Scores ``(N, N)`` of the looks at each photo with every photo, for each way of using them."""
    photos = tracks.photos.T
    each = [tracks.looks[:, number] @ photos for number in range(LOOKS)]
    ours = {count: _fused(tracks.looks[:, :count]) @ photos for count in DECIDED_AT}
    made_long = tracks.looks[:, :3].mean(axis=1)
    made_long /= np.linalg.norm(made_long, axis=1, keepdims=True)
    return {
        "one look": each[0],
        "any of 3": np.max(each[:3], axis=0),
        "any of 8": np.max(each, axis=0),
        "mean of 3, made 1 long": made_long @ photos,
        "3 fused": ours[3],
        "8 fused": ours[8],
        "fused, after 3, 5 or 8 (ours)": np.max(list(ours.values()), axis=0),
    }


def _fused(looks: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = []
    for own in looks:
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
    names, clean, looks = [], [], []
    for labelled in track(photos, pipeline.engine_name, console=console, transient=True):
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        face = central_face(photo, pipeline.detector.detect(photo))
        if face is None:
            continue
        names.append(labelled.identity)
        clean.append(pipeline.engine.embed(photo, [face])[0])
        side = rng.uniform(45, 100)
        seen = [as_seen_by_a_camera(photo, face, side, rng) for _ in range(LOOKS)]
        looks.append(np.stack([pipeline.engine.embed(shot, [one])[0] for shot, one in seen]))
    return Tracks(numbered(names), np.stack(clean), np.stack(looks))


def as_seen_by_a_camera(
    photo: Photo, face: Face, side: float, rng: np.random.Generator
) -> tuple[Photo, Face]:
    """One frame of a camera of a room.

    Args:
        photo: a good photo.
        face: the face in it.
        side: pixels that the face is to have, about.
        rng: makes the frames differ.
    """
    scale = side * rng.uniform(0.85, 1.2) / max(face.width, face.height)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels = np.asarray(cv2.resize(photo.pixels, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), 1)
    noisy = cv2.warpAffine(pixels, turn, (width, height)) * rng.uniform(0.85, 1.15)
    pixels = np.clip(noisy + rng.normal(0, 5, noisy.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        pixels = np.asarray(cv2.blur(pixels, (int(rng.integers(1, 4)), 1)), np.uint8)
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 85))])
    pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)

    def moved(points: NDArray[np.float32], share: float) -> NDArray[np.float32]:
        turned = points * scale @ turn[:, :2].T + turn[:, 2]
        return np.asarray(turned + rng.normal(0, share * side, points.shape), np.float32)

    middle = moved(face.box.reshape(2, 2).mean(axis=0, keepdims=True), 0.03)[0]
    half = np.array([face.width, face.height], np.float32) * np.float32(scale / 2 * rng.uniform(0.95, 1.05))
    seen = Face(np.concatenate([middle - half, middle + half]), face.confidence, moved(face.landmarks, 0.02))
    return Photo(pixels, (height, width)), seen


if __name__ == "__main__":
    main()
