"""Compare recognition by a single observation of a face with several observations of a track.

    python -m benchmarks.tracks FOLDER [FOLDER ...] [--engine facenet] [--photos 3]

Each photo becomes eight observations as from a camera in a classroom: 45 to 100 px, slightly rotated, noisy,
blurred, compressed, with slightly inaccurate landmarks. They are compared with the photos themselves.
"Strangers" is the false match rate relative to that of a single observation at the same threshold; TAR is the
true match rate.

Then classes of 60 are drawn, each student enrolled with all photos except the last, and
``face_matching.tracks.track_evidence`` identifies the observations of everybody's last photo one by one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import engine_option, pipeline_for, plain_errors
from benchmarks.tracks.observed_photos import OBSERVATIONS, Tracks, observed_photos
from face_matching.decision import DecisionPolicy, Doubtful, Match
from face_matching.evaluation.bootstrap import SEED
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for
from face_matching.tracks.probe_fusion import Observation, fused_probe
from face_matching.tracks.track_evidence import TrackEvidence

DECIDED_AT = (3, 5, 8)
CLASS, DRAWS = 60, 20
STEP = 0.6  # seconds between observations, long enough for each to be due
RATES = (1e-3, 1.7e-4)
"""The FMR of 10 and of 60 students at an FPIR of 1 %."""

WIDTH = 110

Scores = NDArray[np.float32]


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
            tracks = observed_photos(chosen, pipeline, console)
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


if __name__ == "__main__":
    main()
