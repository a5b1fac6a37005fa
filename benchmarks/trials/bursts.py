"""Measure whether several frames of a check-in mark more students at once than one frame.

    python -m benchmarks.trials.bursts FOLDER [FOLDER ...] --webcam FOLDER

A FOLDER contains a folder for each person, the webcam's the frames of one sitting in order. Students of a
class of 60 have two photos enrolled. "Other days" are frames from different photos, more different than those
of a burst; "hand-held" ones come from one photo that is moved, blurred, brighter or noisier, and are more
alike. Frames are fused by their mean, as in the classroom's video; with "any", the first frame that is marked
counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import central_face, labelled_photos
from benchmarks.apparatus.made_up_classes import CheckInCounts
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from benchmarks.trials.cells import percent
from benchmarks.trials.class_of_sixty import ENROLLED, SEED, SIZE, classes, decisions, gallery_of
from benchmarks.trials.disturbances import drawn_frame
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline
from face_detection.quality import CHECK_IN_LIMITS, judge
from face_detection.values import Photo
from face_matching.decision import Decision, DecisionPolicy, Match
from face_matching.evaluation.bootstrap import Estimate
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for
from face_matching.tracks.probe_fusion import Observation, fused_probe

FRAMES = (1, 3, 5)
CLASSES = 20
STEP = 7  # frames of the webcam from one burst to the next


Burst = Sequence[Observation]
"""The frames of one check-in."""


@dataclass(eq=False)
class BurstPeople:
    """People of one kind of burst.

    Attributes:
        enrolled: their enrolled photos.
        bursts: their bursts.
        fill: people who fill the class up, without bursts.
    """

    enrolled: dict[str, Sequence[Observation]] = field(default_factory=dict)
    bursts: dict[str, Sequence[Burst]] = field(default_factory=dict)
    fill: dict[str, Sequence[Observation]] = field(default_factory=dict)


def observed(pipeline: FacePipeline, photo: Photo) -> Observation | None:
    """The embedding and quality of the subject, or None without a face."""
    face = central_face(photo, pipeline.detector.detect(photo))
    if face is None:
        return None
    quality = judge(photo, face, CHECK_IN_LIMITS)[1]
    return Observation(pipeline.engine.embed(photo, [face])[0], quality, 0.0)


def by_person(pipeline: FacePipeline, folders: Sequence[Path]) -> dict[str, list[Observation]]:
    """What is observed in each person's photos, in their order."""
    found: dict[str, list[Observation]] = {}
    for labelled in labelled_photos(folders):
        seen = observed(pipeline, decode(labelled.path.read_bytes()))
        if seen is not None:
            found.setdefault(labelled.identity, []).append(seen)
    return found


def other_days(people: Mapping[str, Sequence[Observation]], frames: int) -> BurstPeople:
    """Bursts of each person's photos after the enrolled ones, where there are enough."""
    cast = BurstPeople()
    for name, own in people.items():
        cast.enrolled[name] = own[:ENROLLED]
        if len(own) >= ENROLLED + frames:
            cast.bursts[name] = [own[ENROLLED : ENROLLED + frames]]
    return cast


def hand_held(
    pipeline: FacePipeline, folders: Sequence[Path], people: Mapping[str, Sequence[Observation]]
) -> BurstPeople:
    """Bursts of changed copies of each person's last photo."""
    rng = np.random.default_rng(SEED)
    cast = BurstPeople(enrolled={name: own[:ENROLLED] for name, own in people.items()})
    last = {photo.identity: photo.path for photo in labelled_photos(folders)}
    for name, path in last.items():
        photo = decode(path.read_bytes())
        seen = [observed(pipeline, drawn_frame(rng).of(photo, rng)) for _ in range(max(FRAMES))]
        frames = [each for each in seen if each is not None]
        if len(frames) == max(FRAMES) and len(people.get(name, ())) > ENROLLED:
            cast.bursts[name] = [frames]
    return cast


def before_a_webcam(
    webcam: Mapping[str, Sequence[Observation]], others: Mapping[str, Sequence[Observation]]
) -> BurstPeople:
    """Bursts of consecutive frames; the first two frames are enrolled, and ordinary people fill the class."""
    cast = BurstPeople(fill={name: own[:ENROLLED] for name, own in others.items()})
    for name, own in webcam.items():
        cast.enrolled[name] = own[:ENROLLED]
        starts = range(ENROLLED, len(own) - max(FRAMES) + 1, STEP)
        cast.bursts[name] = [own[start : start + max(FRAMES)] for start in starts]
    return cast


def one_frame(policy: DecisionPolicy, gallery: Gallery, bursts: Sequence[Burst]) -> list[Decision]:
    """The decisions about the first frame of each burst."""
    return decisions(policy, gallery, np.stack([burst[0].embedding for burst in bursts]))


def fused(policy: DecisionPolicy, gallery: Gallery, bursts: Sequence[Burst]) -> list[Decision]:
    """The decisions about all frames of each burst together."""
    probes = [fused_probe(burst) for burst in bursts]
    factors = np.array([factor for _, factor in probes], np.float32)
    return decisions(policy, gallery, np.stack([row for row, _ in probes]), factors)


def any_frame(policy: DecisionPolicy, gallery: Gallery, bursts: Sequence[Burst]) -> list[Decision]:
    """The first match among the frames of each burst, or the decision about the first frame."""
    rows = np.stack([each.embedding for burst in bursts for each in burst])
    every = iter(decisions(policy, gallery, rows))
    found = []
    for burst in bursts:
        own = [next(every) for _ in burst]
        found.append(next((each for each in own if isinstance(each, Match)), own[0]))
    return found


Way = Callable[[DecisionPolicy, Gallery, Sequence[Burst]], list[Decision]]
ALONE: tuple[tuple[str, Way], ...] = (("", one_frame),)
SEVERAL: tuple[tuple[str, Way], ...] = (("fused", fused), ("any", any_frame))


def measured(policy: DecisionPolicy, cast: BurstPeople, way: Way, frames: int) -> tuple[Estimate, Estimate]:
    """How many students are not marked at once, and how many strangers are marked.

    Args:
        policy: the rule of decision.
        cast: the people.
        way: decides about a burst.
        frames: how many frames of each burst count.
    """
    names = sorted(cast.enrolled)
    place = {name: number for number, name in enumerate(names)}
    students, strangers = CheckInCounts(len(names)), CheckInCounts(len(names))
    for members, others in _classes(cast):
        everybody = {**cast.fill, **cast.enrolled}
        gallery = gallery_of(
            policy.engine,
            {name: np.stack([each.embedding for each in everybody[name]]) for name in members},
        )
        sent = [(name, burst[:frames]) for name in (*members, *others) for burst in cast.bursts.get(name, ())]
        decided = way(policy, gallery, [burst for _, burst in sent])
        for (name, _), decision in zip(sent, decided, strict=True):
            who = decision.student_id if isinstance(decision, Match) else None
            if name in members:
                students.add(place[name], "marked" if who == name else "not marked")
            else:
                strangers.add(place[name], "not marked" if who is None else "marked")
    return students.share("not marked"), strangers.share("marked")


def _classes(cast: BurstPeople) -> list[tuple[list[str], list[str]]]:
    if not cast.fill:
        return [(members, others) for members, others, _ in classes(sorted(cast.enrolled), CLASSES)]
    # Each in turn is the stranger, among the others and as many ordinary people as a class has room for.
    found = []
    for stranger in cast.enrolled:
        own = [name for name in cast.enrolled if name != stranger]
        room = SIZE - len(own)
        found += [([*own, *filled], [stranger]) for filled, _, _ in classes(sorted(cast.fill), 5, room)]
    return found


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--webcam", required=True, type=click.Path(path_type=Path))
@click.option("--engine", default="retail", show_default=True)
def main(*, folders: tuple[Path, ...], webcam: Path, engine: str) -> None:
    """Measure and print the table."""
    console = Console(width=110)
    with plain_errors():
        pipeline = pipeline_for(engine, "mtcnn")
        policy = policy_for(pipeline.engine_name, pipeline.detector_name)
        people = by_person(pipeline, folders)
        casts = {
            "other days": other_days(people, 3),
            "hand-held": hand_held(pipeline, folders, people),
            "webcam": before_a_webcam(by_person(pipeline, [webcam]), people),
        }
        table = Table("burst", "people", "frames", "way", "not marked at once %", "strangers marked %")
        table.title = f"{pipeline.engine_name}, class of {SIZE}"
        for name, cast in casts.items():
            longest = min(len(burst) for bursts in cast.bursts.values() for burst in bursts)
            for frames in (each for each in FRAMES if each <= longest):
                for label, way in SEVERAL if frames > 1 else ALONE:
                    missed, wrong = measured(policy, cast, way, frames)
                    count = str(len(cast.bursts))
                    table.add_row(name, count, str(frames), label, percent(missed, 2), percent(wrong, 2))
            table.add_section()
    console.print(table)


if __name__ == "__main__":
    main()
